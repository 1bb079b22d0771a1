import { randomUUID } from 'node:crypto'
import type { AdministratorRole } from '@claviger/contract'
import { Claviger } from '@claviger/sdk'
import { type Browser, goodPassword, type TestServer } from '@claviger/server/testing'
import { instanceEnvironmentId } from '#kernel/instance-environment'
import { createBrowser } from '../../../testing/browser.js'

export const adminPassword = goodPassword
const path = '/v1/instance'

/** A browser in which an administrator is signed in. */
export interface SignedInAdministrator extends Browser {
  readonly id: string
  readonly email: string
  readonly sessionToken: string
}

export function adminBrowser(server: TestServer): Browser {
  return createBrowser(server.url)
}

/** The SDK as the operator on the host. */
export function operatorOf(server: TestServer): Claviger {
  const { url: baseUrl, operatorToken } = server
  return new Claviger({ baseUrl, operatorToken, environment: 'default/live', maxRetries: 0 })
}

/** The token in the newest mail to an address. */
export async function tokenMailedTo(server: TestServer, email: string): Promise<string> {
  const { instance } = operatorOf(server)
  const [newest] = (await instance.listEmails({ to: email })).items
  const { text } = await instance.getEmail(newest?.id ?? '')
  return /#token=(\w+)/.exec(text ?? '')?.[1] ?? ''
}

/** Every test asks from one address: those that make many administrators are not what its limits are for. */
export async function forgetLimits({ owner }: TestServer): Promise<void> {
  await owner.query('delete from rate_limits where environment_id = $1', [instanceEnvironmentId])
}

/** Invites somebody new, who accepts. */
export async function administratorOf(
  server: TestServer,
  role: AdministratorRole = 'instance_admin',
  projectIds: string[] = [],
): Promise<SignedInAdministrator> {
  const email = `${randomUUID()}@example.com`
  const { id } = await operatorOf(server).administrators.create({ email, role, projectIds })
  const token = await tokenMailedTo(server, email)
  const browser = adminBrowser(server)
  const accepted = await browser.post(`${path}/invitations/accept`, {
    token,
    name: 'Grace',
    password: adminPassword,
  })
  if (accepted.status !== 200) throw new Error(`Nobody joined: ${JSON.stringify(accepted.body)}`)
  return Object.assign(browser, { id, email, sessionToken: accepted.body.sessionToken as string })
}

export function bearer(token: string): Record<string, string> {
  return { authorization: `Bearer ${token}` }
}
