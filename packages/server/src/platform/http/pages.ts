import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { pageHeaders } from './security-headers.js'

/** A file that people look at, kept in memory: there are a handful, and they change with the version. */
export interface Page {
  readonly path: string
  readonly headers: Record<string, string>
  readonly body: Buffer
}

const contentTypes: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
}

/** Reads the pages of the dashboard package; `x.html` is served as `/x`, and `index.html` as `/`. */
export async function readPages(secure: boolean): Promise<Page[]> {
  const folder = fileURLToPath(new URL('public/', import.meta.resolve('@claviger/dashboard/package.json')))
  const names = (await readdir(folder, { recursive: true })).filter((name) => extname(name) in contentTypes)
  return Promise.all(
    names.map(async (name) => {
      const body = await readFile(folder + name)
      return {
        path: `/${name.replaceAll('\\', '/').replace(/(^index)?\.html$/, '')}`,
        headers: {
          ...pageHeaders(secure),
          'content-type': contentTypes[extname(name)] as string,
          etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`,
        },
        body,
      }
    }),
  )
}
