const fastShutdownMsMax = 20_000
const immediateShutdownMsMax = 10_000

/**
 * Asks a server to end and cuts its clients off, then, if that takes too long, to drop everything at once.
 * Neither loses what was committed. False when the server obeys neither.
 */
export async function shutDown(
  tell: (signal: NodeJS.Signals) => void,
  endsWithin: (timeoutMs: number) => Promise<boolean>,
): Promise<boolean> {
  tell('SIGINT')
  if (await endsWithin(fastShutdownMsMax)) return true
  tell('SIGQUIT')
  return endsWithin(immediateShutdownMsMax)
}
