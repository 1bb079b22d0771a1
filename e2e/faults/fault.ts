/** Something that goes wrong, made on purpose, and what is then measured. */
export interface Fault {
  readonly name: string
  readonly what: string
  run(options: { minutes: number }): Promise<Figures>
}

/** What is printed. Whatever is in `mustBeZero` makes the run fail when it is not. */
export interface Figures {
  readonly figures: Readonly<Record<string, string | number>>
  readonly mustBeZero: Readonly<Record<string, number>>
}

export const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`
