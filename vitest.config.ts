import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

const conditions = ['source']

/** What takes longest begins first: begun last, it would leave the other workers with nothing to do. */
const longest = [
  'e2e/crash',
  'e2e/faults',
  'platform/http/hostile-input',
  'e2e/pages',
  'e2e/security',
  'e2e/start',
  'src/access-matrix',
  'embedded/embedded',
  'platform/http/idempotency',
  'e2e/',
  'platform/http/rate-limit',
]

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const index = longest.findIndex((part) => moduleId.includes(part))
      return index < 0 ? longest.length : index
    }
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b))
  }
}

// biome-ignore lint/style/noDefaultExport: Vitest reads the default export.
export default defineConfig({
  // Packages of this repository are tested from source, without a build in between.
  resolve: { conditions: [...conditions, 'module', 'node', 'development|production'] },
  ssr: {
    resolve: {
      conditions: [...conditions, 'node', 'development|production'],
      externalConditions: [...conditions, 'node'],
    },
  },
  test: {
    include: ['packages/**/*.test.ts', 'bench/src/**/*.test.ts', 'e2e/**/*.test.ts', 'tools/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    globalSetup: ['packages/server/testing/global-setup.ts'],
    // Ends what hangs; a busy machine may be slow.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Of what is waited for, too.
    expect: { poll: { timeout: 60_000 } },
    sequence: { sequencer: LongestFirst },
    maxWorkers: 3,
    // Files share what they import; every one has a database of its own, and nothing is mocked.
    isolate: false,
  },
})
