import { invalid } from './errors.js'

/** What a request says, by Kinde's names of it; null and an empty text are what is not said. */
export interface Fields {
  text(name: string): string | undefined
  required(name: string): string
  oneOf<const T extends string>(name: string, words: readonly T[]): T | undefined
  texts(name: string): readonly string[] | undefined
  /** How many of a list are asked for. */
  pageSize(otherwise: number): number
}

/** Reads a body or a query. Other fields than those that are asked for may stand in it: Kinde knows more than we do. */
export function fieldsOf(said: unknown): Fields {
  if (typeof said !== 'object' && said !== undefined) throw invalid('The body must be a JSON object.')
  const values = { ...said } as Readonly<Record<string, unknown>>

  function text(name: string): string | undefined {
    const value = values[name] ?? ''
    if (typeof value !== 'string') throw invalid(`\`${name}\` must be a string.`)
    return value || undefined
  }

  return {
    text,
    required(name) {
      const value = text(name)
      if (value === undefined) throw invalid(`\`${name}\` is required.`)
      return value
    },
    oneOf(name, words) {
      const value = text(name)
      const word = words.find((each) => each === value)
      if (word !== value) throw invalid(`\`${name}\` must be one of ${words.join(', ')}.`)
      return word
    },
    texts(name) {
      const value = values[name] ?? undefined
      if (value === undefined) return undefined
      const isList = Array.isArray(value) && value.every((item) => typeof item === 'string')
      if (!isList) throw invalid(`\`${name}\` must be a list of strings.`)
      return value
    },
    pageSize(otherwise) {
      const size = text('page_size') ?? String(otherwise)
      if (!/^[1-9]\d{0,8}$/.test(size)) throw invalid('`page_size` must be a whole number, 1 or more.')
      return Number(size)
    },
  }
}

/** Kinde's bound of a name and of an audience. */
export function short(name: string, value: string): string {
  if (value.length > 64) throw invalid(`\`${name}\` must have 1 to 64 characters.`)
  return value
}

/** What of these is there: an operation is told nothing of what is not. */
export function given<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never
}
