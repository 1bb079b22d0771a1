import type { Server } from 'node:http'
import { Server as NetServer } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'

/** How long a connection that is kept alive may make one more request after the server stops accepting. */
const lingerMs = 2_000
const drainMsMax = 25_000
const pollMs = 25

/**
 * Stops listening and lets every connection end by an answer that says `Connection: close`. Closing idle
 * connections at once, as `server.close()` does, would cut off a request that is on its way on one of them.
 */
export async function drain(server: Server): Promise<void> {
  const startedAt = Date.now()
  const closed = new Promise<void>((resolve) => NetServer.prototype.close.call(server, () => resolve()))
  let open = true
  void closed.then(() => {
    open = false
  })
  while (open && Date.now() - startedAt < lingerMs) await pause(pollMs)
  server.closeIdleConnections()
  while (open && Date.now() - startedAt < drainMsMax) {
    await pause(pollMs)
    server.closeIdleConnections()
  }
  server.closeAllConnections()
  await closed
}
