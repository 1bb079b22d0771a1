/** Something that an attacker would measure or try, done to a running installation. */
export interface Measurement {
  readonly name: string
  readonly what: string
  run(options: Extent): Promise<Outcome>
}

export interface Extent {
  /** How much of the full measure is taken; a test takes little. */
  readonly share: number
  /** Told how much is done, from 0 to 1. */
  readonly done: (share: number) => void
}

/** What goes into the report. Whatever is in `mustBeZero` makes the run fail when it is not. */
export interface Outcome {
  readonly header: readonly string[]
  readonly rows: readonly (readonly string[])[]
  readonly notes?: readonly string[]
  readonly mustBeZero: Readonly<Record<string, number>>
}

/** As many as the share says of the full number, and at least one. */
export function scaled(full: number, share: number): number {
  return Math.max(1, Math.round(full * share))
}

export const milliseconds = (ms: number) => `${ms.toFixed(Math.abs(ms) < 10 ? 2 : 1)} ms`
