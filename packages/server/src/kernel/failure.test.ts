import { defineErrors, errors } from '@claviger/contract'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Failure, fail, invalid } from './failure.js'

const { tea_cold } = defineErrors({
  tea_cold: { status: 418, title: 'Cold', detail: 'The {vessel} of {guest} is {degrees} °C.' },
})

test('fail says the sentence of its definition, filled from the data', () => {
  const failure = fail(tea_cold, { vessel: 'cup', guest: 'Ada', degrees: 0 })
  expect(failure).toBeInstanceOf(Failure)
  expect(failure.message).toBe('The cup of Ada is 0 °C.')
  expect(failure.definition).toBe(tea_cold)
  expect(failure.problems).toEqual([])
})

test('fail leaves a place that has no data as it is written', () => {
  expect(fail(tea_cold, { vessel: 'cup' }).message).toBe('The cup of {guest} is {degrees} °C.')
  expect(fail(tea_cold).message).toBe(tea_cold.detail)
})

test('fail puts any text in its place as it is, and reads nothing into it', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.constantFrom('$&', '$1', '{vessel}', '{guest}', '\\')), (guest) => {
      expect(fail(tea_cold, { vessel: 'cup', guest, degrees: 1 }).message).toBe(
        `The cup of ${guest} is 1 °C.`,
      )
    }),
  )
})

test('invalid names every problem with its place, in the sentence and one by one', () => {
  const problems = [
    { pointer: '/email', code: 'required', detail: 'is missing' },
    { pointer: '', code: 'type', detail: 'must be object' },
  ]
  const failure = invalid(errors.invalid_request, problems)
  expect(failure.problems).toEqual(problems)
  expect(failure.message).toBe(
    'The request is not valid: /email is missing; / must be object. `errors` lists every problem.',
  )
})
