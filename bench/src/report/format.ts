import type { Spread } from './statistics.js'

/** A median with its extremes, which are left out when there was one round. */
export function spreadText({ median, min, max }: Spread, format: (figure: number) => string): string {
  return min === max ? format(median) : `${format(median)} (${format(min)}–${format(max)})`
}

export function ratioText(spread: Spread): string {
  return `${spreadText(spread, (figure) => figure.toFixed(figure < 10 ? 2 : 1))} ×`
}

export function integer(figure: number): string {
  return Math.round(figure).toLocaleString('en-US')
}

export function latency(figureMs: number): string {
  return figureMs.toFixed(figureMs < 10 ? 2 : figureMs < 100 ? 1 : 0)
}

export function percent(share: number): string {
  return Number.isNaN(share) ? '–' : String(Math.round(share * 100))
}
