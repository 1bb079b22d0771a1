import type { Schema } from './document.js'

/**
 * Collects the schemas that carry a `title` into `components.schemas` and leaves references in their
 * place. A title is the public name of a shape, so two shapes under one title are a mistake.
 */
export function collectSchemas() {
  const collected = new Map<string, Schema>()

  /** Gives the schema with every titled schema in it replaced by a reference. */
  function hoist(schema: unknown): Schema {
    const plain = rewritten(schema as Schema)
    const { title } = plain
    if (typeof title !== 'string') return plain
    if (!isNullable(plain)) return keep(title, plain)
    // The nullable variant of a titled shape is that shape or null, not a second shape of that name.
    const [type] = plain.type as string[]
    return { anyOf: [keep(title, { ...plain, type }), { type: 'null' }] }
  }

  function keep(title: string, schema: Schema): Schema {
    const before = collected.get(title)
    if (before && JSON.stringify(before) !== JSON.stringify(schema)) {
      throw new Error(`Two different schemas have the title ${title}. Give one of them another title.`)
    }
    collected.set(title, schema)
    return { $ref: `#/components/schemas/${title}` }
  }

  function rewritten(schema: Schema): Schema {
    return Object.fromEntries(
      Object.entries(schema)
        .filter(([keyword]) => keyword !== 'examples')
        .map(([keyword, value]) => [keyword, rewrittenKeyword(keyword, value)]),
    )
  }

  function rewrittenKeyword(keyword: string, value: unknown): unknown {
    switch (keyword) {
      case 'properties':
        return Object.fromEntries(
          Object.entries(value as object).map(([name, schema]) => [name, hoist(schema)]),
        )
      case 'items':
        return hoist(value)
      case 'additionalProperties':
        return typeof value === 'object' ? hoist(value) : value
      case 'anyOf':
      case 'oneOf':
      case 'allOf':
        return (value as unknown[]).map(hoist)
      default:
        return value
    }
  }

  return {
    hoist,
    /** The collected schemas, sorted by title so that the document does not depend on the order of routes. */
    all: (): Record<string, Schema> =>
      Object.fromEntries([...collected].sort(([a], [b]) => (a < b ? -1 : 1))),
  }
}

function isNullable({ type }: Schema): boolean {
  return Array.isArray(type) && type.length === 2 && type[1] === 'null'
}
