import { parseArgs } from 'node:util'
import type { Benchmark } from './comparisons/benchmark.js'

/** What the command line asks for. */
export type BenchArguments = {
  readonly benchmarks: readonly Benchmark[]
  readonly isQuick: boolean
  readonly databaseUrl: string | null
  readonly isHelp: boolean
}

export const usage = `npm run bench [-- <comparison>... [options]]

Without a name, all comparisons run. Options:
  --quick               a hundredth of the users and keys, one round, windows of a second; prints only,
                        the report stays as it is
  --database-url <url>  a running PostgreSQL, as superuser, in place of a private one
  --help                this text`

/** Reads the arguments after `--`. Throws one sentence for anything that it does not know. */
export function parseArguments(words: readonly string[], known: readonly Benchmark[]): BenchArguments {
  const { values, positionals } = parseArgs({
    args: [...words],
    allowPositionals: true,
    options: {
      quick: { type: 'boolean', default: false },
      'database-url': { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  const names = known.map(({ name }) => name)
  const unknown = positionals.find((name) => !names.includes(name))
  if (unknown !== undefined) {
    throw new Error(`There is no comparison "${unknown}"; there is: ${names.join(', ')}.`)
  }
  return {
    benchmarks: known.filter(({ name }) => positionals.length === 0 || positionals.includes(name)),
    isQuick: values.quick,
    databaseUrl: values['database-url'] ?? null,
    isHelp: values.help,
  }
}
