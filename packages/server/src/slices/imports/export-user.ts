import { api, errors } from '@claviger/contract'
import { isoTime } from '#kernel/clock'
import { implement } from '#kernel/endpoint'
import { fail } from '#kernel/failure'
import { listApiKeyRows, presentApiKey } from '#slices/api-keys'
import { listDeviceRows, presentDevice } from '#slices/devices'
import { listEventsAbout, presentEvent } from '#slices/events'
import { listIdentityRows, presentIdentity } from '#slices/identity-providers'
import { listAcceptedInvitations, presentInvitation } from '#slices/invitations'
import { listMembershipRowsOf, presentMembershipOf } from '#slices/organizations'
import { listPasskeyRows, presentPasskey } from '#slices/passkeys'
import { findSecondFactors, presentSecondFactors } from '#slices/second-factors'
import { listSessionRows, presentSession } from '#slices/sessions'
import { findUser, presentUser } from '#slices/users'

/** More than anybody has, and an end nevertheless. */
const everything = { limit: 100_000, offset: 0, after: undefined }

/** Answers everything that is kept about one user, but for what it proves itself by: hashes, keys and secrets. */
export const exportUser = implement(api.imports.exportUser).handler(async (call, { params: { userId } }) => {
  const user = await findUser(call.read, userId)
  if (!user) throw fail(errors.user_not_found)
  const [memberships, sessions, devices, passkeys, identities, secondFactors, apiKeys, invitations, events] =
    await Promise.all([
      listMembershipRowsOf(call.read, userId, everything),
      listSessionRows(call.read, { userId }, everything),
      listDeviceRows(call.read, userId, everything),
      listPasskeyRows(call.read, userId, everything),
      listIdentityRows(call.read, userId, everything),
      findSecondFactors(call.read, userId),
      listApiKeyRows(call.read, { userId }, everything),
      listAcceptedInvitations(call.read, userId),
      listEventsAbout(call.read, userId, everything),
    ])
  return {
    export: {
      exportedAt: isoTime(call.clock.now()),
      user: presentUser(user),
      memberships: memberships.rows.map(({ organization }) => presentMembershipOf(organization)),
      sessions: sessions.rows.map(presentSession),
      devices: devices.rows.map(presentDevice),
      passkeys: passkeys.rows.map(presentPasskey),
      identities: identities.rows.map(presentIdentity),
      secondFactors: presentSecondFactors(call, secondFactors),
      apiKeys: apiKeys.rows.map(presentApiKey),
      invitations: invitations.map(presentInvitation),
      events: events.rows.map(presentEvent),
    },
  }
})
