import { fullBatch, gather } from '#kernel/coalesce'
import type { LookUp, LookUps } from '#kernel/look-up'
import type { Queries } from '#kernel/queries'
import { statement } from './statement.js'

/**
 * Look-ups that leave together: whatever the requests of the moment have to know first, of whichever kind, is asked for
 * in one statement, as most of what a small statement costs is that there is one. Nothing is remembered: a key that was
 * revoked or changed is so for the next look, on every node.
 */
export function createLookUps(anywhere: Queries): LookUps {
  const lookUps = gather<LookUp<unknown, unknown, unknown>>(
    async (batches) => {
      const parameters: unknown[] = []
      const asked = batches.map(({ kind: { name, sql, ask }, keys }) => {
        const question = ask(keys)
        const places = question.parameters.map((value) => `$${parameters.push(value)}`)
        return { name, column: `${sql(...places)} as ${name}`, read: question.read }
      })
      const text = `select ${asked.map(({ column }) => column).join(', ')}`
      const found = await anywhere.one(statement<Record<string, unknown>>(text, parameters))
      return asked.map(({ name, read }) => read(found[name] ?? null))
    },
    { inFlightMax: 1, fullAt: fullBatch },
    ({ isKey }, key) => isKey?.(key) ?? true,
  )
  return lookUps as LookUps
}
