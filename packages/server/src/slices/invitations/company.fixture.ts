import type { Event } from '@claviger/contract'
import type { Answer, TestEnvironment } from '@claviger/server/testing'
import { recordedOf } from '../organizations/company.fixture.js'

export { foundCompany, overtaken, type Person, tally } from '../organizations/company.fixture.js'

/** What was recorded about invitations and those who accepted them, oldest first. */
export function recorded(environment: TestEnvironment): Promise<Event[]> {
  return recordedOf(environment, /^(invitation|membership)\./)
}

/** A call of a browser as a promise that fails as the SDK's do: with the problem that was answered. */
export async function succeed(answer: Promise<Answer>): Promise<Answer> {
  const { status, body } = await answer
  if (status >= 400) throw body
  return answer
}
