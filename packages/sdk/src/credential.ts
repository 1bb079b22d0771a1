import { ClavigerError } from './errors.js'
import { isBrowser } from './host.js'

/** A token, or a function that gives the one to use now: session tokens are valid for a minute only. */
export type TokenSource = string | (() => string | Promise<string>)

/**
 * What a client proves itself with. The token lives in a private field, which neither JSON.stringify nor
 * util.inspect can see, and leaves it in the `Authorization` header only.
 */
export class Credential {
  readonly #name: string
  readonly #source: TokenSource | undefined
  readonly #allowsBrowser: boolean

  /**
   * @param name What the options call it, for error messages.
   * @param source Undefined for a client without a credential.
   * @param allowsBrowser Whether a secret key may be used in a page.
   */
  constructor(name: string, source: TokenSource | undefined, allowsBrowser: boolean) {
    this.#name = name
    this.#source = source
    this.#allowsBrowser = allowsBrowser
    if (typeof source === 'string') this.#check(source)
  }

  get isPresent(): boolean {
    return this.#source !== undefined
  }

  /** The token for one request; asked anew for each, so that a source may renew it. */
  async token(): Promise<string | undefined> {
    if (typeof this.#source !== 'function') return this.#source
    const token = await this.#source()
    this.#check(token)
    return token
  }

  #check(token: string): void {
    // The runtime would refuse it too, with a message that quotes the whole header.
    if (typeof token !== 'string' || !/^[\x21-\x7e]+$/.test(token)) {
      throw new ClavigerError(
        `${this.#name} is empty, or holds a character that no token has. Look for spaces and line breaks.`,
      )
    }
    if (token.startsWith('sk_') && isBrowser() && !this.#allowsBrowser) {
      throw new ClavigerError(
        'A secret key in a browser can be read by everyone who opens the page. Use it on a server, and ' +
          'give the page a publishable key. `dangerouslyAllowBrowser: true` lifts this for a page of yours.',
      )
    }
  }
}

/** `text` without the token, for what others wrote and an error is going to quote. */
export function withoutToken(text: string, token: string | undefined): string {
  return token === undefined ? text : text.replaceAll(token, '[redacted]')
}
