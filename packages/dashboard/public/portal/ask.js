/** What the server refuses, in its own words. */
export class Refusal extends Error {}

/** The portal is not open, or not any more: no other call will do better. */
export class Over extends Refusal {}

const unreachable = 'The server does not answer. Check your connection and try again.'

/** Asks the server for something of the portal; the cookie goes along by itself. */
export async function ask(path, { method = 'GET', body, environment } = {}) {
  const response = await fetch(`v1/portal/${path}`, {
    method,
    headers: {
      ...(body && { 'content-type': 'application/json' }),
      ...(environment && { 'claviger-environment': environment }),
    },
    ...(body && { body: JSON.stringify(body) }),
  }).catch(() => {
    throw new Refusal(unreachable)
  })
  const answer = await response.json().catch(() => ({ detail: unreachable }))
  if (response.ok) return answer
  const isOver = response.status === 401 || answer.code === 'portal_link_over'
  throw new (isOver ? Over : Refusal)(answer.detail)
}

/** Every page of a list. */
export async function askAll(path, nouns) {
  const items = []
  for (let after; after !== null; ) {
    const page = await ask(`${path}?limit=100${after ? `&after=${encodeURIComponent(after)}` : ''}`)
    items.push(...page[nouns])
    after = page.nextCursor
  }
  return items
}
