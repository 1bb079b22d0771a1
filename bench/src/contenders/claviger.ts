import type { Contender } from './contender.js'

/** Claviger itself. Its seed and its start are not connected yet, and say so. */
export const claviger: Contender = {
  name: 'Claviger',
  version: '0.1.0',
  configuration: 'NODE_ENV=production; the caller is a secret key, as a bearer token',
  slug: 'claviger',
  seed: () => notConnected(),
  start: () => notConnected(),
}

function notConnected(): Promise<never> {
  return Promise.reject(new Error('Connect the seed and the server of Claviger in contenders/claviger.ts.'))
}
