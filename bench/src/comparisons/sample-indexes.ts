// 2^32 divided by the golden ratio, made odd: its multiples scatter evenly over 32 bits.
const goldenStep = 2_654_435_769

/**
 * Up to `countMax` different indexes below `length`, scattered over all of it in an order that looks
 * random and is the same in every run and for every contender.
 */
export function sampleIndexes(length: number, countMax: number): readonly number[] {
  return Array.from({ length }, (_, index) => index)
    .sort((first, second) => scatter(first) - scatter(second))
    .slice(0, countMax)
}

function scatter(index: number): number {
  return Math.imul(index, goldenStep) >>> 0
}
