import fc from 'fast-check'
import { expect, test } from 'vitest'
import { idWords } from '#kernel/ids'
import { TallyTable } from './tally-table.js'

// Ids that differ in one word only, and many that are looked for in the same place.
const word = fc.constantFrom('00000000', '00000001', 'ffffffff', '8000000a')
const similarId = fc
  .tuple(word, fc.constantFrom('00007000', '00007001', 'ffff7fff'), word, word)
  .map((words) => words.join('').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'))

test('a table knows of each key what was last set, as a Map would, however alike the ids are', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.oneof(similarId, fc.uuid({ version: 7 })), fc.maxSafeNat(), fc.nat(), fc.nat())),
      fc.nat(100),
      (settings, expected) => {
        const table = new TallyTable(expected)
        const peer = new Map<string, number[]>()
        for (const [id, total, write, place] of settings) {
          const key = idWords(id)
          const known = table.find(key)
          expect(known === undefined).toBe(!peer.has(id))
          const row = known ?? table.add(key)
          if (known === undefined) expect([table.totalOf(row), table.writeOf(row)]).toEqual([0, 0])
          table.setTotal(row, total)
          table.setPlace(row, write, place)
          peer.set(id, [total, write, place])
        }
        expect(table.size).toBe(peer.size)
        for (const [id, values] of peer) {
          const row = table.find(idWords(id)) as number
          expect([table.totalOf(row), table.writeOf(row), table.placeOf(row)]).toEqual(values)
        }
      },
    ),
  )
})
