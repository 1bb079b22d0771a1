import { errors } from '@claviger/contract'
import type { Call } from '#kernel/call'
import { fail } from '#kernel/failure'
import type { UserPrincipal } from '#kernel/principal'
import type { Queries } from '#kernel/queries'
import { findUser, type UserRow } from '#slices/users'

/** The signed-in user. Gone since the request began means that the session is, too. */
export async function myself(call: Call<UserPrincipal>, queries: Queries): Promise<UserRow> {
  const row = await findUser(queries, call.principal.id)
  if (!row) throw fail(errors.invalid_session)
  return row
}
