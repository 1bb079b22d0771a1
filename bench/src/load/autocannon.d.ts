/** autocannon ships no types; this is the part that `generator.ts` uses. */
declare module 'autocannon' {
  import type { EventEmitter } from 'node:events'

  export type AutocannonRequest = {
    method: string
    path: string
    headers: Record<string, string>
    body?: string
    /** Called before each time that the request is sent; what it returns is sent. */
    setupRequest?(request: AutocannonRequest): AutocannonRequest
  }

  export type AutocannonClient = { setRequests(requests: AutocannonRequest[]): void }

  export type AutocannonOptions = {
    url: string
    connections: number
    /** Seconds. */
    duration: number
    /** Seconds. */
    timeout: number
    /** Milliseconds between samples; a stop takes effect at the next one. */
    sampleInt: number
    setupClient(client: AutocannonClient): void
  }

  export type AutocannonResult = { non2xx: number; errors: number; timeouts: number }

  export interface AutocannonRun extends EventEmitter, PromiseLike<AutocannonResult> {
    stop(): void
    on(
      event: 'response',
      listener: (client: AutocannonClient, status: number, bytes: number, latencyMs: number) => void,
    ): this
  }

  // biome-ignore lint/style/noDefaultExport: the package decides, this only describes it.
  export default function autocannon(options: AutocannonOptions): AutocannonRun
}
