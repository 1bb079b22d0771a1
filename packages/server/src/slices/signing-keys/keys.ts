import { createPrivateKey, type KeyObject } from 'node:crypto'
import type { Call } from '#kernel/call'
import { newId } from '#kernel/ids'
import type { Transaction } from '#kernel/queries'
import type { Seal } from '#kernel/seal'
import { type Algorithm, generateSigningKey, overlapSeconds, sealContext } from './signing-key.js'
import * as store from './store.js'

/** A key that can sign. */
export interface Signer {
  readonly keyId: string
  readonly algorithm: Algorithm
  readonly privateKey: KeyObject
}

/** Opened private keys by id. A key never changes, so what is remembered cannot be stale. */
const opened = new Map<string, KeyObject>()
const openedMax = 1_000

/** Adds a key to an environment, signing after `activatesInSeconds`. */
export async function addKey(
  tx: Transaction,
  seal: Seal,
  algorithm: Algorithm,
  activatesInSeconds: number,
): Promise<store.SigningKeyRow> {
  const id = newId()
  const { publicKey, privateKey } = await generateSigningKey(algorithm)
  const publicJwk = {
    ...publicKey.export({ format: 'jwk' }),
    kid: id,
    alg: algorithm,
    use: 'sig',
  } as store.PublicJwk
  const pkcs8 = privateKey.export({ format: 'der', type: 'pkcs8' })
  const privateKeySealed = seal.seal(pkcs8, sealContext(tx.environmentId, id))
  return store.insertKey(
    tx,
    { id, algorithm, publicJwk, privateKeySealed },
    { activatesInSeconds, overlapSeconds },
  )
}

/** The key that signs now; the first time an environment needs one it is made. */
export async function currentSigner(call: Call): Promise<Signer> {
  const { seal, environment } = call
  const found = await store.findCurrentKey(call.read)
  if (found) return openSigner(seal, environment.id, found)
  return call.tx(async (tx) => {
    await store.lockKeys(tx)
    const key =
      (await store.findCurrentKey(tx)) ?? (await addAndFind(tx, seal, environment.settings.signingAlgorithm))
    return openSigner(seal, environment.id, key)
  })
}

async function addAndFind(tx: Transaction, seal: Seal, algorithm: Algorithm) {
  await addKey(tx, seal, algorithm, 0)
  const key = await store.findCurrentKey(tx)
  if (!key) throw new Error('The signing key that was just added is not there.')
  return key
}

type SealedKey = NonNullable<Awaited<ReturnType<typeof store.findCurrentKey>>>

function openSigner(seal: Seal, environmentId: string, key: SealedKey): Signer {
  let privateKey = opened.get(key.id)
  if (!privateKey) {
    const pkcs8 = seal.open(key.private_key_sealed, sealContext(environmentId, key.id))
    privateKey = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' })
    if (opened.size >= openedMax) opened.clear()
    opened.set(key.id, privateKey)
  }
  return { keyId: key.id, algorithm: key.algorithm, privateKey }
}
