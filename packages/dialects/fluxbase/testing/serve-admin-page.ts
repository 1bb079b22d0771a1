import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

/** A page of an origin of its own, on which administrators sign in. */
export interface AdminPage {
  readonly origin: string
  close(): Promise<void>
}

/** Bundles the page for browsers, which have nothing of Node, and serves it. */
export async function serveAdminPage(fluxbaseUrl: string): Promise<AdminPage> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('admin-page.tsx', import.meta.url))],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    jsx: 'automatic',
    define: { fluxbaseUrl: JSON.stringify(fluxbaseUrl), 'process.env.NODE_ENV': '"development"' },
  })
  const script = outputFiles[0]?.text ?? ''
  const http = createServer(({ url }, response) => {
    const isScript = url === '/page.js'
    response.setHeader('content-type', `${isScript ? 'text/javascript' : 'text/html'}; charset=utf-8`)
    response.end(isScript ? script : '<!doctype html><body><script type="module" src="/page.js"></script>')
  })
  await new Promise<void>((listening) => http.listen(0, '127.0.0.1', listening))
  return {
    // Browsers know that it is this machine, and environments do not allow it unless they are told to.
    origin: `http://console.localhost:${(http.address() as AddressInfo).port}`,
    close() {
      http.closeAllConnections()
      return new Promise((closed) => http.close(() => closed()))
    },
  }
}
