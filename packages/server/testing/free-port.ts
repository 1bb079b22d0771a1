import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'

/**
 * A port that nobody has now, and that the system gives to nobody by itself: it stays free until it is used, and
 * between the end of a server and its next start.
 */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < 100; tries++) {
    const port = randomInt(10_000, 30_000)
    const server = createServer()
    const isFree = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false))
      server.listen(port, '127.0.0.1', () => resolve(true))
    })
    if (!isFree) continue
    await new Promise((resolve) => server.close(resolve))
    return port
  }
  throw new Error('No port is free on 127.0.0.1.')
}
