import type { Call } from '#kernel/call'
import { cookiesOf } from '#kernel/cookie-names'
import { newId } from '#kernel/ids'
import type { Transaction } from '#kernel/queries'
import { hashSecret, isWellFormedSecret, makeSecret } from '#kernel/secret'
import { queueEmail } from '#slices/emails'
import { findUser } from '#slices/users'
import { presentDevice } from './present.js'
import * as store from './store.js'

const prefix = 'dev_'
/** As long as a browser keeps a cookie at most (RFC 6265bis section 5.5). */
const cookieSeconds = 400 * 24 * 60 * 60
/** A client that keeps no cookies would otherwise leave a row with every sign-in. */
const devicesMax = 50

/** What the cookie of a browser is found by; undefined where it has none that can be ours. */
function presentedHash(call: Call): Buffer | undefined {
  const token = call.client.cookies[cookiesOf(call).device]
  return token !== undefined && isWellFormedSecret(token, prefix) ? hashSecret(token) : undefined
}

/**
 * The device that asks, if whoever has the email address or phone number has signed in on it before: what its tries
 * are counted by.
 */
export async function knownDevice(call: Call, identifier: string): Promise<Buffer | undefined> {
  const hash = presentedHash(call)
  return hash && (await store.isKnownTo(call.read, identifier, hash)) ? hash : undefined
}

/**
 * Recognises the device of a user who has just proved who it is, and answers its id. One that the user has not
 * used before gets a token of its own: what was in the cookie before may have been planted there by somebody who
 * knows it.
 */
export async function recognizeDevice(
  call: Call,
  tx: Transaction,
  userId: string,
  options: { readonly tellOwner: boolean },
): Promise<string> {
  const { ipAddress, userAgent } = call.client
  const presented = presentedHash(call)
  const known =
    presented && (await store.touchDevice(tx, { userId, tokenHash: presented, ipAddress, userAgent }))
  if (known) {
    setDeviceCookie(call, call.client.cookies[cookiesOf(call).device] as string)
    return known.id
  }
  const token = makeSecret(prefix)
  const tokenHash = hashSecret(token)
  if (presented) await store.replaceToken(tx, presented, tokenHash)
  const device = await store.insertDevice(tx, newId(), { userId, tokenHash, ipAddress, userAgent })
  await store.keepLatest(tx, userId, devicesMax)
  await call.record(tx, 'device.created', { device: presentDevice(device) })
  if (options.tellOwner) await tellOwner(call, tx, device)
  setDeviceCookie(call, token)
  return device.id
}

function setDeviceCookie(call: Call, value: string): void {
  call.setCookie({
    name: cookiesOf(call).device,
    value,
    maxAgeSeconds: cookieSeconds,
    readable: false,
    sameSite: 'lax',
  })
}

/** Mails to the primary address, once that is proved to be the owner's. */
async function tellOwner(call: Call, tx: Transaction, row: store.DeviceRow): Promise<void> {
  if (!call.environment.settings.newDeviceEmails) return
  const primary = (await findUser(tx, row.user_id))?.emails.find(({ isPrimary }) => isPrimary)
  if (!primary?.isVerified) return
  const { name, ipAddress, createdAt } = presentDevice(row)
  await queueEmail(call, tx, {
    to: primary.email,
    kind: 'new_device',
    data: { device: name, address: ipAddress, at: createdAt },
  })
}
