import { errors, type Route } from '@claviger/contract'
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { invalid, type Problem } from '#kernel/failure'

/** Checks what a request carries against its route, and reports every problem at once. */
export interface Validators {
  readonly query: (query: unknown) => void
  readonly body: (body: unknown) => void
}

/** Bodies are taken as they are: a number sent as text is an error, not something to guess at. */
const strict = formats(new Ajv2020({ allErrors: true, strict: false, coerceTypes: false }))
/** Query strings have only text, so there numbers and booleans are read from it. */
const coercing = formats(new Ajv2020({ allErrors: true, strict: false, coerceTypes: true }))

function formats(ajv: Ajv2020): Ajv2020 {
  // The default export of a CommonJS module, which Node and bundlers hand over differently.
  const add = (addFormats as unknown as { default?: typeof addFormats.default }).default ?? addFormats
  return (add as unknown as (ajv: Ajv2020) => Ajv2020)(ajv)
}

/** Compiles on first use: a server with every route starts in milliseconds, and most are never called. */
export function validatorsOf(route: Route): Validators {
  let query: ValidateFunction | undefined
  let body: ValidateFunction | undefined
  return {
    query(value) {
      query ??= route.query && coercing.compile(route.query)
      if (query && !query(value)) throw refused('query', query.errors)
    },
    body(value) {
      body ??= route.body && strict.compile(route.body)
      if (body && !body(value)) throw refused('body', body.errors)
    },
  }
}

function refused(part: 'query' | 'body', found: ErrorObject[] | null | undefined) {
  return invalid(errors.invalid_request, (found ?? []).slice(0, 50).map((error) => problemOf(part, error)))
}

function problemOf(part: string, error: ErrorObject): Problem {
  const place = part === 'query' ? `/query${error.instancePath}` : error.instancePath
  switch (error.keyword) {
    case 'required':
      return { pointer: `${place}/${error.params.missingProperty}`, code: 'required', detail: 'is missing' }
    case 'additionalProperties':
      return { pointer: `${place}/${error.params.additionalProperty}`, code: 'unknown_field', detail: 'is not a known field' }
    case 'enum':
    case 'const':
    case 'anyOf':
      return { pointer: place, code: 'not_allowed', detail: 'is not one of the allowed values' }
    default:
      return { pointer: place, code: error.keyword, detail: error.message ?? 'is not valid' }
  }
}

/** PostgreSQL cannot store U+0000, nor JSON with half of a surrogate pair; both are refused by name. */
export function refuseUnstorableText(value: unknown, pointer = ''): void {
  if (typeof value === 'string') {
    if (value.includes('\u0000') || !value.isWellFormed()) {
      throw invalid(errors.invalid_request, [
        { pointer, code: 'unstorable_text', detail: 'has a NUL character or half of a surrogate pair' },
      ])
    }
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, inner] of Object.entries(value)) {
      refuseUnstorableText(key, pointer)
      refuseUnstorableText(inner, `${pointer}/${key}`)
    }
  }
}
