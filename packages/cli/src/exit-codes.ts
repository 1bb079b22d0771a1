/** What the exit code of a command says; public and permanent, because scripts compare it. */
export const exitCodes = {
  ok: 0,
  failed: 1,
  wrongUsage: 2,
  notFound: 3,
  refused: 4,
  unavailable: 5,
} as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

/** A failure that was foreseen: one sentence that says what to do, and the exit code. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
  readonly exitCode: ExitCode

  constructor(exitCode: ExitCode, sentence: string, options?: ErrorOptions) {
    super(sentence, options)
    this.exitCode = exitCode
  }
}
