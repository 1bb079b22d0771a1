import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { errors } from '@claviger/contract'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../../../', import.meta.url))

interface Step {
  readonly call: string
  readonly refusals: readonly string[]
  readonly link: string | undefined
}

/** The tables of the document: a file, and the calls that it makes in this order. */
function readFlows(): { readonly file: string; readonly steps: readonly Step[] }[] {
  const sections = readFileSync(`${root}docs/sign-in-flows.md`, 'utf8')
    .split(/^`(?=packages\/)/m)
    .slice(1)
  return sections.map((section) => ({
    file: section.slice(0, section.indexOf('`')),
    steps: [...section.matchAll(/^\| `(\w+)` \| (.*?) \|.*?(?:\]\(\.\.\/(\S+)\))? \|$/gm)].map(
      ([, call = '', refusal = '', link]) => ({
        call,
        refusals: [...refusal.matchAll(/`(\w+)`/g)].map(([, code = '']) => code),
        link,
      }),
    ),
  }))
}

const flows = readFlows()

test('the document on sign-in flows has every way in', () => {
  const files = flows.map(({ file }) => file)
  const slices = 'packages/server/src/slices'
  const waysIn = readdirSync(root + slices, { recursive: true, encoding: 'utf8' })
    .filter((name) => /(?<!\.test|\.fixture)\.ts$/.test(name) && name !== 'sessions/start-session.ts')
    .map((name) => `${slices}/${name}`)
    .filter((name) => readFileSync(root + name, 'utf8').includes('startSession('))
  expect(waysIn.length).toBeGreaterThan(5)
  expect(waysIn.filter((name) => !files.includes(name))).toEqual([])
  for (const { file, steps } of flows) expect(steps.length, file).toBeGreaterThan(1)
})

test.each(flows)('$file makes the calls that the document says, in its order', ({ file, steps }) => {
  // What the handler does begins after what the file imports.
  const source = readFileSync(root + file, 'utf8').replace(/^import[\s\S]*?from '.*'$/gm, '')
  const body = source.slice(source.search(/^export (?:const|(?:async )?function) |^async function finish/m))
  // A function that the file has itself is called where it is not declared.
  const places = steps.map(({ call }) => body.search(new RegExp(`(?<!function )\\b${call}\\(`)))
  for (const [i, place] of places.entries()) expect(place, steps[i]?.call).toBeGreaterThan(-1)
  expect(places).toEqual(places.toSorted((a, b) => a - b))
})

test.each(flows.flatMap(({ steps }) => steps))(
  '$call is where the document says',
  ({ call, refusals, link }) => {
    for (const code of refusals) expect(Object.keys(errors)).toContain(code)
    if (link === undefined) return
    expect(existsSync(root + link), link).toBe(true)
    expect(readFileSync(root + link, 'utf8')).toMatch(new RegExp(`\\b${call}\\b`))
  },
)
