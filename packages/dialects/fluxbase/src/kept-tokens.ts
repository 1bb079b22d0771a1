import type { AdminAuthResponse } from './administrators.js'

/** Where tokens are kept: `localStorage`, `sessionStorage`, or anything of yours that does the same. */
export type AdminStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>

/** The names that Fluxbase's own document gives them. The last one to change wakes other pages. */
const names = {
  expiresAt: 'admin_token_expires_at',
  refresh: 'admin_refresh_token',
  access: 'admin_access_token',
} as const

/** The tokens of one session, in a storage that other code and other pages write to as well. */
export class KeptTokens {
  #storage: AdminStorage | undefined

  constructor(storage: AdminStorage | undefined) {
    this.#storage = storage
  }

  read(): { access: string | null; refresh: string | null; expiresAtMs: number | undefined } {
    const storage = this.#ofThisPage()
    const expiresAtMs = Number.parseInt(storage.getItem(names.expiresAt) ?? '', 10)
    return {
      access: storage.getItem(names.access),
      refresh: storage.getItem(names.refresh),
      expiresAtMs: Number.isNaN(expiresAtMs) ? undefined : expiresAtMs,
    }
  }

  write({ access_token, refresh_token, expires_in }: AdminAuthResponse): void {
    const storage = this.#ofThisPage()
    storage.setItem(names.expiresAt, String(Date.now() + expires_in * 1_000))
    storage.setItem(names.refresh, refresh_token)
    storage.setItem(names.access, access_token)
  }

  forget(): void {
    const storage = this.#ofThisPage()
    for (const name of Object.values(names)) storage.removeItem(name)
  }

  /** Calls back when another page of the origin has written or forgotten; answers what ends that. */
  onChangeElsewhere(changed: () => void): () => void {
    if (typeof window === 'undefined') return () => {}
    const listener = ({ key, storageArea }: StorageEvent) => {
      // Without a key, all of the storage was cleared.
      if (storageArea === this.#storage && (key === names.access || key === null)) changed()
    }
    window.addEventListener('storage', listener)
    return () => window.removeEventListener('storage', listener)
  }

  /** Looked for only when it is needed, which it never is while a server renders the page. */
  #ofThisPage(): AdminStorage {
    this.#storage ??= localStorageIfAllowed() ?? memory()
    return this.#storage
  }
}

/** Browsers that are told to keep nothing throw where the storage is only mentioned. */
function localStorageIfAllowed(): AdminStorage | undefined {
  try {
    return globalThis.localStorage
  } catch {
    return undefined
  }
}

/** Forgets with the page. */
function memory(): AdminStorage {
  const items = new Map<string, string>()
  return {
    getItem: (name) => items.get(name) ?? null,
    setItem: (name, value) => void items.set(name, value),
    removeItem: (name) => void items.delete(name),
  }
}
