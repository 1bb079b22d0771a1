import { expect, test } from 'vitest'
import { replaceSection } from './write-section.js'

const section = '<!-- users:begin -->\n\nfirst\n\n<!-- users:end -->'

test('replaceSection appends a section that is not there yet', () => {
  expect(replaceSection('# Benchmarks\n', 'users', 'first')).toBe(`# Benchmarks\n\n${section}\n`)
})

test('replaceSection replaces only what stands between the markers', () => {
  const document = `before\n\n${section}\n\nafter\n`
  expect(replaceSection(document, 'users', '\nsecond $& $1\n')).toBe(
    'before\n\n<!-- users:begin -->\n\nsecond $& $1\n\n<!-- users:end -->\n\nafter\n',
  )
})

test('replaceSection refuses a document with one of the two markers rather than lose text', () => {
  expect(() => replaceSection('<!-- users:end -->', 'users', 'text')).toThrow(/only one of the markers/)
  expect(() => replaceSection('<!-- users:begin -->', 'users', 'text')).toThrow(/only one of the markers/)
})
