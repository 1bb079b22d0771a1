import { once } from 'node:events'
import { createServer } from 'node:net'
import type { ServerState } from './find-server.js'
import { bad, type Finding, good } from './finding.js'

/** Whether the server has its port, or could have it. */
export async function checkPort(
  { host, port }: { readonly host: string; readonly port: number },
  server: ServerState,
): Promise<Finding> {
  if (server.kind === 'ours') return good('port', `The server listens at ${server.url}.`)
  const listener = createServer()
  try {
    await once(listener.listen({ host, port, exclusive: true }), 'listening')
    listener.close()
    return good('port', port === 0 ? 'Any port that is free will do.' : `Port ${port} is free.`)
  } catch (error) {
    return bad('port', explain((error as NodeJS.ErrnoException).code, host, port))
  }
}

function explain(code: string | undefined, host: string, port: number): string {
  switch (code) {
    case 'EADDRINUSE':
      return `Port ${port} is taken. Stop what listens there, or set CLAVIGER_PORT to another one.`
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `This machine does not have the address ${host}. Set CLAVIGER_HOST to one that it has.`
    case 'EACCES':
      return `This user may not listen on port ${port}. Set CLAVIGER_PORT to one above 1023.`
    default:
      return `Port ${port} of ${host} cannot be listened on (${code}). Set CLAVIGER_PORT or CLAVIGER_HOST.`
  }
}
