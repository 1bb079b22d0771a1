import Type, { type Static, type TSchema } from 'typebox'

/** A value that may be absent on purpose. Written as a type list, which serializers compile to one branch. */
export function Nullable<T extends TSchema>(schema: T) {
  const { type } = schema as unknown as { type: string }
  return Type.Unsafe<Static<T> | null>({ ...schema, type: [type, 'null'] })
}

/** One of a few words. Written as an enumeration, which serializers and readers take more easily than a union. */
export function OneOf<const T extends readonly string[]>(
  words: T,
  options: { title?: string; description?: string } = {},
) {
  return Type.Unsafe<T[number]>({ type: 'string', enum: words, ...options })
}

/** A UUID in its canonical form, as every id of the native API is. */
export const Id = Type.String({ format: 'uuid', description: 'A UUIDv7 in its canonical form.' })

/** An instant: ISO 8601, UTC, milliseconds. */
export const Timestamp = Type.String({
  format: 'date-time',
  description: 'ISO 8601, UTC, with milliseconds.',
})

/** A free-form JSON object that the product never interprets. */
export function Metadata(description: string) {
  return Type.Unsafe<Record<string, unknown>>({ type: 'object', additionalProperties: true, description })
}

/** An email address; compared without case. RFC 5321 section 4.5.3.1.3 limits its length to 254. */
export const EmailAddress = Type.String({ format: 'email', maxLength: 254 })

/** A phone number in the one form of ITU-T E.164: digits from the country code on, so that equal numbers look equal. */
export const phoneNumberPattern = '^\\+[1-9][0-9]{6,14}$'
export const PhoneNumber = Type.String({
  pattern: phoneNumberPattern,
  maxLength: 16,
  description: 'E.164: `+`, the country code, and the rest of the number, without spaces.',
})

/** An object that a caller sends: unknown fields are refused, so that a misspelt field is never ignored. */
export function Body<P extends Type.TProperties>(
  properties: P,
  options: { examples: unknown[]; minProperties?: number },
) {
  return Type.Object(properties, { additionalProperties: false, ...options })
}

/** An object that the server answers; its `title` names it in the OpenAPI document and in the SDK. */
export function Resource<P extends Type.TProperties>(title: string, description: string, properties: P) {
  return Type.Object(properties, { title, description })
}

/** An item wrapped in its noun: `{ user: … }`. */
export function Wrapped<N extends string, T extends TSchema>(noun: N, schema: T) {
  return Type.Object({ [noun]: schema } as Record<N, T>)
}

/** The answer of a command that has nothing to show. */
export const Done = Type.Object({ ok: Type.Literal(true) })
