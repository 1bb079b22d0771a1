import type { User } from '@claviger/sdk'
import type { Connection } from './connection.js'
import { CommandError, exitCodes } from './exit-codes.js'
import { printable } from './output/printable.js'

/** Finds a user by id, or by an address in any case: no id has an @, and no address lacks it. */
export async function findUser({ client, place }: Connection, idOrEmail: string): Promise<User> {
  if (!idOrEmail.includes('@')) return client.users.get(idOrEmail)
  const { users } = await client.users.list({ email: idOrEmail, limit: 1 })
  if (users[0]) return users[0]
  const advice = 'Look for it with claviger users list --search.'
  throw new CommandError(
    exitCodes.notFound,
    `No user in ${place} has the address ${printable(idOrEmail)}. ${advice}`,
  )
}
