import type { Server } from 'node:http'
import { Server as NetServer } from 'node:net'
import { setImmediate as afterReading, setTimeout as pause } from 'node:timers/promises'

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
  while (open && Date.now() - startedAt < drainMsMax) {
    // Timers run before sockets are read. On a machine that is behind, a connection whose request has arrived would
    // still look idle, and be cut off with it.
    await afterReading()
    server.closeIdleConnections()
    await pause(pollMs)
  }
  server.closeAllConnections()
  await closed
}
