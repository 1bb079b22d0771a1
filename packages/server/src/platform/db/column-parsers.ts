import pg from 'pg'

const timestamptz = 1184
const int8 = 20

/** `2026-11-22 00:41:04.12+00` as `2026-11-22T00:41:04.120Z`, without a Date in between. */
export function isoFromPostgres(text: string): string {
  // Instants are kept to the millisecond, so nearly every one has this length.
  if (text.length === 26) return `${text.slice(0, 10)}T${text.slice(11, 23)}Z`
  const instant = text.slice(0, text.lastIndexOf('+'))
  const [seconds = '', fraction = ''] = instant.split('.')
  return `${seconds.replace(' ', 'T')}.${fraction.padEnd(3, '0').slice(0, 3)}Z`
}

/** How columns become values: instants as the wire shows them, counters as numbers. */
export const columnParsers = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    if (oid === timestamptz) return isoFromPostgres
    if (oid === int8) return Number
    return pg.types.getTypeParser(oid, format as 'text')
  },
} as pg.CustomTypesConfig
