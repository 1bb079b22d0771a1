import type { Event } from '@claviger/contract'
import type { Answer, TestEnvironment } from '@claviger/server/testing'
import { recordedOf } from '../organizations/company.fixture.js'

export { foundCompany, overtaken, type Person, tally } from '../organizations/company.fixture.js'

/** What was recorded about invitations and those who accepted them, oldest first. */
export function recorded(environment: TestEnvironment): Promise<Event[]> {
  return recordedOf(environment, /^(invitation|membership)\./)
}

/** The mails that invite an address, newest first, and the token in each. */
export async function invitationsMailed({ operator }: TestEnvironment, to: string) {
  const { items } = await operator.emails.list({ to })
  const mails = await Promise.all(
    items.filter(({ kind }) => kind === 'invitation').map(({ id }) => operator.emails.get(id)),
  )
  return mails.map((mail) => ({ ...mail, token: /#token=(inv_\w+)/.exec(mail.text ?? '')?.[1] ?? '' }))
}

/** A call of a browser as a promise that fails as the SDK's do: with the problem that was answered. */
export async function succeed(answer: Promise<Answer>): Promise<Answer> {
  const { status, body } = await answer
  if (status >= 400) throw body
  return answer
}
