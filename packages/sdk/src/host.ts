import { version } from './version.js'

/** What some runtimes have and others have not. No name of it is assumed to exist. */
interface Host {
  readonly window?: unknown
  readonly document?: unknown
  readonly navigator?: { readonly userAgent?: string }
  readonly process?: {
    readonly env?: Readonly<Record<string, string | undefined>>
    readonly versions?: Readonly<Record<string, string | undefined>>
  }
}
const host = globalThis as unknown as Host

/** Whether a page runs this code: everything it holds can be read by whoever opens the page. */
export function isBrowser(): boolean {
  return host.window !== undefined && host.document !== undefined
}

/** An environment variable; undefined where there are none, or where the program may not read them. */
export function environmentVariable(name: string): string | undefined {
  try {
    return host.process?.env?.[name] || undefined
  } catch {
    // Deno throws when the program was started without --allow-env.
    return undefined
  }
}

/** The `User-Agent` of every request: this package, the runtime, and what the caller adds. */
export function userAgent(suffix: string | undefined): string {
  return [`claviger-sdk/${version}`, runtime(), suffix].filter(Boolean).join(' ')
}

function runtime(): string | undefined {
  const versions = host.process?.versions
  // Deno and Bun also name the Node version that they imitate, so they are asked first.
  for (const name of ['deno', 'bun', 'node']) {
    if (versions?.[name]) return `${name}/${versions[name]}`
  }
  return host.navigator?.userAgent
}
