/** What a server answered while something was wrong. */
export interface Answers {
  /** As they should be. */
  good: number
  /** 503 with `Retry-After`: to be asked again. */
  unavailable: number
  /** A commit that was under way when the database was lost: nobody knows, and the answer says so. */
  outcomeUnknown: number
  /** Anything else, in words. */
  readonly wrong: string[]
  /** The longest that anyone waited for an answer. */
  longestMs: number
  /** Users that were acknowledged, by id. */
  readonly created: Set<string>
}

export interface Load {
  readonly answers: Answers
  /** Lets every client finish its request. */
  stop(): Promise<Answers>
}

export interface Target {
  readonly url: string
  readonly secretKey: string
}

/** Clients that write, read what they wrote, and list, without a pause and without a second try. */
export function startLoad(target: Target, clients = 16): Load {
  const answers: Answers = {
    good: 0,
    unavailable: 0,
    outcomeUnknown: 0,
    wrong: [],
    longestMs: 0,
    created: new Set(),
  }
  let stopping = false

  async function ask(method: string, path: string, expected: number, body?: object) {
    const startedAt = performance.now()
    const response = await fetch(target.url + path, {
      method,
      headers: {
        authorization: `Bearer ${target.secretKey}`,
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    })
    const said = (await response.json()) as Said
    answers.longestMs = Math.max(answers.longestMs, performance.now() - startedAt)
    if (response.status === expected) answers.good++
    else if (response.status === 503 && response.headers.get('retry-after')) answers.unavailable++
    else if (said.code === 'outcome_unknown') answers.outcomeUnknown++
    else answers.wrong.push(`${method} ${path}: ${response.status} ${said.code}`)
    return response.status === expected ? said : undefined
  }

  async function client(name: string): Promise<void> {
    for (let n = 0; !stopping; n++) {
      const answer = await ask('POST', '/v1/admin/users', 201, { email: `${name}-${n}@example.com` })
      const user = answer?.user
      if (user) {
        answers.created.add(user.id)
        const found = await ask('GET', `/v1/admin/users/${user.id}`, 200)
        if (found && found.user.id !== user.id) answers.wrong.push(`${user.id} was answered by another.`)
      }
      const list = await ask('GET', '/v1/admin/users?limit=5', 200)
      if (list && (list.total as number) < list.users.length) answers.wrong.push('A total is too small.')
      // A server that refuses at once must not be asked in a loop that starves everything else.
      if (!user) await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }

  const tag = `l${Date.now().toString(36)}`
  const running = Promise.all(
    Array.from({ length: clients }, (_, i) =>
      client(`${tag}-${i}`).catch((error: Error) => {
        answers.wrong.push(`No answer: ${error.cause ?? error}`)
      }),
    ),
  )
  return {
    answers,
    async stop() {
      stopping = true
      await running
      return answers
    },
  }
}

// biome-ignore lint/suspicious/noExplicitAny: what a server says is looked at, not believed.
type Said = Record<string, any>

/** Waits until a load has got so many more good answers. */
export async function untilAnswered({ answers }: Load, more: number): Promise<void> {
  const enough = answers.good + more
  while (answers.good < enough) await new Promise((resolve) => setTimeout(resolve, 5))
}

/** Which acknowledged users the server does not have. */
export async function findLost({ url, secretKey }: Target, created: ReadonlySet<string>): Promise<string[]> {
  const missing = new Set(created)
  let after = ''
  do {
    const response = await fetch(`${url}/v1/admin/users?limit=100${after}`, {
      headers: { authorization: `Bearer ${secretKey}` },
    })
    const page = (await response.json()) as Said
    for (const { id } of page.users) missing.delete(id)
    after = page.nextCursor ? `&after=${encodeURIComponent(page.nextCursor)}` : ''
  } while (after)
  return [...missing]
}

/** Asks `/readyz` until it says so, and how long that took. */
export async function untilReady(url: string, wanted: 200 | 503): Promise<number> {
  const startedAt = performance.now()
  for (;;) {
    const { status } = await fetch(`${url}/readyz`)
    if (status === wanted) return performance.now() - startedAt
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
