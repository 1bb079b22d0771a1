import { connect, createServer, type Socket } from 'node:net'

/** A way to a database that a test can cut and restore. */
export interface InterruptibleConnection {
  /** Of the same database, through this way. */
  readonly url: string
  /** Ends every connection and takes no new one. */
  cut(): void
  /** Keeps every connection and swallows what is sent on it, as a firewall does that forgot them. */
  swallow(): void
  restore(): void
  close(): Promise<void>
}

/** Stands between a server and its database, as a network does. */
export async function interruptible(databaseUrl: string): Promise<InterruptibleConnection> {
  const target = new URL(databaseUrl)
  const directory = target.searchParams.get('host')
  const port = target.searchParams.get('port') ?? (target.port || '5432')
  const open = new Set<Socket>()
  let isCut = false
  let swallows = false

  const proxy = createServer((client) => {
    if (isCut) return client.destroy()
    const database = directory
      ? connect(`${directory}/.s.PGSQL.${port}`)
      : connect(Number(port), target.hostname)
    for (const [one, other] of [
      [client, database],
      [database, client],
    ] as const) {
      open.add(one)
      one.setNoDelay?.(true)
      one.on('error', () => {})
      one.on('close', () => {
        open.delete(one)
        other.destroy()
      })
      one.on('data', (bytes) => {
        if (!swallows) other.write(bytes)
      })
    }
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  const address = proxy.address()
  if (typeof address !== 'object' || !address) throw new Error('The proxy has no port.')

  const url = new URL(databaseUrl)
  url.searchParams.delete('host')
  url.searchParams.delete('port')
  url.hostname = '127.0.0.1'
  url.port = String(address.port)

  const cut = () => {
    isCut = true
    for (const socket of open) socket.destroy()
  }
  return {
    url: url.href,
    cut,
    swallow() {
      swallows = true
    },
    restore() {
      isCut = swallows = false
    },
    close() {
      cut()
      return new Promise((resolve) => proxy.close(() => resolve()))
    },
  }
}
