import { type DialectRequest, Refusal } from '@claviger/contract'

/**
 * What was sent, field by field. Clients of Fluxbase send JSON or a form, and numbers as text where it suits them;
 * null stands for a field that is not there.
 */
export interface Fields {
  text(name: string): string | undefined
  /** As `text`, and refused where it is absent or empty. */
  required(name: string): string
  number(name: string): number | undefined
  boolean(name: string): boolean | undefined
  texts(name: string): string[] | undefined
  object(name: string): Record<string, unknown> | undefined
  /** As it was sent, whatever it is. */
  any(name: string): unknown
  /** Whether a field was sent, be it as null. */
  has(name: string): boolean
}

export function bodyOf({ body }: DialectRequest): Fields {
  return fieldsOf(body ?? {})
}

export function queryOf({ query }: DialectRequest): Fields {
  return fieldsOf(query)
}

function fieldsOf(sent: unknown): Fields {
  if (typeof sent !== 'object' || sent === null || Array.isArray(sent)) {
    throw new Refusal(400, 'INVALID_BODY', 'The body must be a JSON object or a form.')
  }
  const values = sent as Record<string, unknown>

  function read<T>(name: string, kind: string, parse: (value: unknown) => T | undefined): T | undefined {
    const value = fields.any(name)
    if (value === undefined) return undefined
    const parsed = parse(value)
    if (parsed === undefined) throw invalid(`${name} must be ${kind}.`)
    return parsed
  }

  const fields: Fields = {
    any: (name) => (Object.hasOwn(values, name) ? (values[name] ?? undefined) : undefined),
    has: (name) => Object.hasOwn(values, name) && values[name] !== undefined,
    text: (name) => read(name, 'a string', (value) => (typeof value === 'string' ? value : undefined)),
    required(name) {
      const value = fields.text(name)
      if (!value?.trim()) throw new Refusal(400, 'MISSING_REQUIRED_FIELD', `${name} is required.`)
      return value
    },
    number: (name) => read(name, 'a number', numberOf),
    boolean: (name) =>
      read(name, 'true or false', (value) =>
        typeof value === 'boolean' ? value : { true: true, false: false }[String(value)],
      ),
    texts: (name) =>
      read(name, 'a list of strings', (value) => {
        const list = typeof value === 'string' ? value.split(',').map((part) => part.trim()) : value
        return Array.isArray(list) && list.every((part) => typeof part === 'string') ? list : undefined
      }),
    object: (name) =>
      read(name, 'an object', (value) =>
        typeof value === 'object' && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined,
      ),
  }
  return fields
}

function numberOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined
}

export function invalid(message: string): Refusal {
  return new Refusal(400, 'INVALID_INPUT', message)
}
