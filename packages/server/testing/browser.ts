/** An answer, read whole. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: a test states what it expects to find.
  readonly body: any
}

/** A client that keeps cookies as a browser does, for the end-user API. */
export interface Browser {
  readonly cookies: Map<string, string>
  request(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>
  get(path: string, headers?: Record<string, string>): Promise<Answer>
  post(path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>
  patch(path: string, body?: unknown): Promise<Answer>
  delete(path: string): Promise<Answer>
}

export function createBrowser(baseUrl: string, publishableKey?: string): Browser {
  const cookies = new Map<string, string>()
  const browser: Browser = {
    cookies,
    async request(method, path, body, headers = {}) {
      const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
      const response = await fetch(baseUrl + path, {
        method,
        redirect: 'manual',
        headers: {
          ...(publishableKey !== undefined && { 'x-publishable-key': publishableKey }),
          ...(cookie && { cookie }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
      for (const set of response.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? []
        if (/max-age=0/i.test(set)) cookies.delete(name)
        else cookies.set(name, value)
      }
      const text = await response.text()
      return { status: response.status, headers: response.headers, body: text ? JSON.parse(text) : null }
    },
    get: (path, headers) => browser.request('GET', path, undefined, headers),
    post: (path, body, headers) => browser.request('POST', path, body, headers),
    patch: (path, body) => browser.request('PATCH', path, body),
    delete: (path) => browser.request('DELETE', path),
  }
  return browser
}
