import { expect, test } from 'vitest'
import type { Fault } from './faults/fault.js'
import { killImport } from './faults/kill-import.js'
import { killMailer } from './faults/kill-mailer.js'
import { endConnections, killDatabase } from './faults/lose-database.js'
import { severalNodes } from './faults/several-nodes.js'

/** Those that are short; `npm run faults` runs the others too. */
test.each(
  [killDatabase, endConnections, severalNodes, killMailer, killImport].map((fault): [string, Fault] => [
    fault.what,
    fault,
  ]),
)('%s: nothing acknowledged is lost, and no answer is wrong', { timeout: 300_000 }, async (_what, fault) => {
  const { mustBeZero } = await fault.run({ minutes: 0 })
  expect(mustBeZero).toEqual(Object.fromEntries(Object.keys(mustBeZero).map((name) => [name, 0])))
})
