/** What a generator process sends back, once. */
export type GeneratorReply<Result> = { readonly result: Result } | { readonly failure: string }

/** In the process of a generator: takes the one job that comes, does it, and ends. */
export function serveJob<Job, Result>(generate: (job: Job) => Promise<Result>): void {
  const reply = (message: GeneratorReply<Result>) => process.send?.(message, () => process.exit(0))
  process.once('message', (job: Job) => {
    generate(job).then(
      (result) => reply({ result }),
      (error: unknown) => reply({ failure: error instanceof Error ? error.message : String(error) }),
    )
  })
}
