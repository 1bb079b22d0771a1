import { errors, type Route } from '@claviger/contract'
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { isoTime } from '#kernel/clock'
import { invalid, type Problem } from '#kernel/failure'

/** Checks what a request carries against its route, and reports every problem at once. */
export interface Validators {
  readonly query: (query: unknown) => void
  /** Answers the body as the handler receives it. */
  readonly body: (body: unknown) => unknown
}

/** What a request may hold: far more than any route asks for, far less than what makes others wait. */
const depthMax = 100
const valuesMax = 50_000
const problemsMax = 50

/** Bodies are taken as they are: a number sent as text is an error, not something to guess at. */
const strict = formats(new Ajv2020({ allErrors: true, strict: false, coerceTypes: false }))
/** Query strings have only text, so there numbers and booleans are read from it. */
const coercing = formats(new Ajv2020({ allErrors: true, strict: false, coerceTypes: true }))

function formats(ajv: Ajv2020): Ajv2020 {
  // The default export of a CommonJS module, which Node and bundlers hand over differently.
  const add = (addFormats as unknown as { default?: typeof addFormats.default }).default ?? addFormats
  return (add as unknown as (ajv: Ajv2020) => Ajv2020)(ajv).addFormat('date-time', isInstant)
}

const instant = /^\d{4}-\d\d-\d\dT([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?(Z|[+-](0\d|1[0-5]):[0-5]\d)$/
const earliestMs = Date.parse('0001-01-01T00:00:00.000Z')
const latestMs = Date.parse('9999-12-31T23:59:59.999Z')

/** An instant of RFC 3339 that the calendar has and that PostgreSQL and the wire can both write. */
function isInstant(text: string): boolean {
  if (!instant.test(text)) return false
  const day = text.slice(0, 10)
  const timeMs = Date.parse(text)
  // Date.parse takes the 31st of February for the 3rd of March.
  return timeMs >= earliestMs && timeMs <= latestMs && isoTime(Date.parse(day)).startsWith(day)
}

/** Compiles on first use: a server with every route starts in milliseconds, and most are never called. */
export function validatorsOf(route: Route): Validators {
  let query: ValidateFunction | undefined
  let body: ValidateFunction | undefined
  return {
    query(value) {
      if (!route.query) return
      query ??= coercing.compile(route.query)
      refuseUnstorable(value, '/query')
      if (!query(value)) throw refused('query', query.errors)
    },
    body(value) {
      if (!route.body) return undefined
      if (value === undefined && '~optional' in route.body) return undefined
      // A command whose every field is optional can be given without a body.
      const given = value === undefined ? {} : value
      body ??= strict.compile(route.body)
      refuseUnstorable(given, '')
      if (!body(given)) throw refused('body', body.errors)
      return given
    },
  }
}

function refused(part: 'query' | 'body', found: ErrorObject[] | null | undefined) {
  return invalid(
    errors.invalid_request,
    (found ?? []).slice(0, problemsMax).map((error) => problemOf(part, error)),
  )
}

function problemOf(part: string, error: ErrorObject): Problem {
  const place = part === 'query' ? `/query${error.instancePath}` : error.instancePath
  switch (error.keyword) {
    case 'required':
      return {
        pointer: `${place}/${token(error.params.missingProperty)}`,
        code: 'required',
        detail: 'is missing',
      }
    case 'additionalProperties':
      return {
        pointer: `${place}/${token(error.params.additionalProperty)}`,
        code: 'unknown_field',
        detail: 'is not a known field',
      }
    case 'enum':
    case 'const':
    case 'anyOf':
      return { pointer: place, code: 'not_allowed', detail: 'is not one of the allowed values' }
    default:
      return { pointer: place, code: error.keyword, detail: error.message ?? 'is not valid' }
  }
}

/**
 * Refuses what could not be kept as it was sent, by name: PostgreSQL has neither U+0000 nor half of a
 * surrogate pair, JSON no number beyond the largest double. What is too deep or too much is not looked
 * through to its end.
 */
function refuseUnstorable(whole: unknown, place: string): void {
  const path: string[] = []
  let values = 0

  function look(value: unknown): void {
    if (typeof value === 'string') {
      if (!value.includes('\u0000') && value.isWellFormed()) return
      throw unstorable(here(), 'unstorable_text', 'has a NUL character or half of a surrogate pair')
    }
    if (typeof value === 'number' && !Number.isFinite(value)) {
      throw unstorable(here(), 'unstorable_number', 'is larger than any number can be')
    }
    if (typeof value !== 'object' || value === null) return
    if (path.length > depthMax)
      throw unstorable(place, 'too_deep', `is nested deeper than ${depthMax} levels`)
    const names = Object.keys(value)
    values += names.length
    if (values > valuesMax) throw unstorable(place, 'too_many_values', `has more than ${valuesMax} values`)
    for (const name of names) {
      look(name)
      path.push(name)
      look((value as Record<string, unknown>)[name])
      path.pop()
    }
  }

  /** Only what is refused is told where it stands. */
  function here(): string {
    return [place, ...path.map(token)].join('/')
  }

  look(whole)
}

function unstorable(pointer: string, code: string, detail: string) {
  return invalid(errors.invalid_request, [{ pointer, code, detail }])
}

/** A name as a part of a JSON pointer (RFC 6901 section 3), cut where it is no name any more. */
function token(name: string): string {
  return name.slice(0, 100).replaceAll('~', '~0').replaceAll('/', '~1')
}
