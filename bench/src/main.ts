import { fileURLToPath } from 'node:url'
import { benchmarks } from './comparisons/index.js'
import { type BenchArguments, parseArguments, usage } from './parse-arguments.js'
import { startPrivatePostgres } from './postgres/start-private-postgres.js'
import { runBench } from './run-bench.js'
import { fullSize, quickSize } from './run-sizes.js'

const reportPath = fileURLToPath(new URL('../../docs/benchmarks.md', import.meta.url))
const words = process.argv.slice(2)

function readArguments(): BenchArguments | null {
  try {
    return parseArguments(words, benchmarks)
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n\n${usage}\n`)
    process.exitCode = 2
    return null
  }
}

const asked = readArguments()
if (asked?.isHelp) {
  process.stdout.write(`${usage}\n\nComparisons: ${benchmarks.map(({ name }) => name).join(', ')}\n`)
} else if (asked) {
  await runBench({
    benchmarks: asked.benchmarks,
    size: asked.isQuick ? quickSize : fullSize,
    command: describeCommand(asked),
    reportPath: asked.isQuick ? null : reportPath,
    databaseUrl: asked.databaseUrl,
    startPostgres: startPrivatePostgres,
  }).catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`)
    process.exitCode = 1
  })
}

/** Written from what was understood, so that no password of a connection string reaches the report. */
function describeCommand({ benchmarks: chosen, isQuick, databaseUrl }: BenchArguments): string {
  const options = [isQuick ? '--quick' : '', databaseUrl === null ? '' : '--database-url …']
  return ['npm run bench --', ...chosen.map(({ name }) => name), ...options].filter(Boolean).join(' ')
}
