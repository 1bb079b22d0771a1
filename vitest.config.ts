import { defineConfig } from 'vitest/config'

const conditions = ['source']

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
    maxWorkers: 3,
    // Files share what they import; every one has a database of its own, and nothing is mocked.
    isolate: false,
  },
})
