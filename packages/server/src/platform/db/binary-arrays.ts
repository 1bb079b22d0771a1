import { idWords } from '#kernel/ids'

/**
 * Arrays as parameters in binary form, which `array_recv` of PostgreSQL copies. Of their text both sides would look at
 * every character, and an instant has to be parsed: of a statement about hundreds of rows that is a third of the cost.
 */
const oids = { bytea: 17, integer: 23, text: 25, timestamptz: 1184, uuid: 2950 } as const

const wordBytes = 4
const nullLength = -1
/** From 1970 to 2000, where the instants of PostgreSQL begin. */
const epochMs = Date.UTC(2000)

/** How values of one type are written; `sizeOf` answers bytes, and −1 for null. */
interface ElementType<Value> {
  readonly oid: number
  readonly sizeOf: (value: Value) => number
  readonly write: (array: Buffer, value: Value, at: number) => void
}

function arrayOf<Value>({ oid, sizeOf, write }: ElementType<Value>): (values: readonly Value[]) => Buffer {
  return (values) => {
    const sizes = values.map(sizeOf)
    const hasNulls = sizes.includes(nullLength)
    // The dimensions, whether there are nulls, the type, and of the one dimension its length and its first index.
    const head = values.length === 0 ? [0, 0, oid] : [1, Number(hasNulls), oid, values.length, 1]
    const bytes = sizes.reduce((sum, size) => sum + wordBytes + Math.max(0, size), head.length * wordBytes)
    const array = Buffer.allocUnsafe(bytes)
    let at = 0
    for (const word of head) at = array.writeInt32BE(word, at)
    for (let i = 0; i < values.length; i++) {
      const size = sizes[i] as number
      at = array.writeInt32BE(size, at)
      if (size === nullLength) continue
      write(array, values[i] as Value, at)
      at += size
    }
    return array
  }
}

/** From hexadecimal digits. */
export const byteaArray = arrayOf<string>({
  oid: oids.bytea,
  sizeOf: (hex) => hex.length / 2,
  write: (array, hex, at) => array.write(hex, at, 'hex'),
})

export const integerArray = arrayOf<number>({
  oid: oids.integer,
  sizeOf: () => wordBytes,
  write: (array, value, at) => array.writeInt32BE(value, at),
})

export const textArray = arrayOf<string | null>({
  oid: oids.text,
  sizeOf: (text) => (text === null ? nullLength : Buffer.byteLength(text)),
  write: (array, text, at) => array.write(text as string, at),
})

/** From milliseconds since 1970. */
export const instantArray = arrayOf<number>({
  oid: oids.timestamptz,
  sizeOf: () => 2 * wordBytes,
  write(array, timeMs, at) {
    const microseconds = (timeMs - epochMs) * 1_000
    array.writeInt32BE(Math.floor(microseconds / 2 ** 32), at)
    array.writeUInt32BE(microseconds >>> 0, at + wordBytes)
  },
})

/** From ids in canonical form. */
export const idArray = arrayOf<string>({
  oid: oids.uuid,
  sizeOf: () => 4 * wordBytes,
  write(array, id, at) {
    const words = idWords(id)
    for (let i = 0; i < 4; i++) array.writeUInt32BE(words[i] as number, at + i * wordBytes)
  },
})
