import { availableParallelism, cpus, release, type as systemType, totalmem } from 'node:os'

/** The machine in one line, as far as it changes the figures. */
export function describeMachine(): string {
  const memoryGiB = Math.round(totalmem() / 2 ** 30)
  const model = cpus()[0]?.model.trim() ?? 'unknown CPU'
  const system = `${systemType()} ${release()}`
  return `${availableParallelism()} CPUs (${model}), ${memoryGiB} GiB, ${system}, Node ${process.version}`
}
