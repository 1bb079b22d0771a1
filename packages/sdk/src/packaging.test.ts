import { execFile } from 'node:child_process'
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type * as Sdk from './index.js'
import type * as Verify from './verify/index.js'

const require = createRequire(import.meta.url)
const packageFolder = fileURLToPath(new URL('..', import.meta.url))
const tsc = join(dirname(require.resolve('typescript/package.json')), 'bin/tsc')

/** The package as a registry would deliver it, built by its own configurations into a folder of the test. */
let delivered: string

beforeAll(async () => {
  delivered = await mkdtemp(join(tmpdir(), 'claviger-sdk-'))
  const build = (config: string, to: string) =>
    promisify(execFile)(process.execPath, [
      ...[tsc, '-p', join(packageFolder, config)],
      ...['--outDir', join(delivered, to), '--tsBuildInfoFile', join(delivered, `${config}.tsbuildinfo`)],
    ])
  await Promise.all([build('tsconfig.json', 'dist'), build('tsconfig.cjs.json', 'dist/cjs')])
  await writeFile(join(delivered, 'dist/cjs/package.json'), '{"type":"commonjs"}\n')
  await cp(join(packageFolder, 'package.json'), join(delivered, 'package.json'))
}, 120_000)

afterAll(() => rm(delivered, { recursive: true, force: true }))

describe('the built package', () => {
  it('is loaded by import and by require, each with the same exports', async () => {
    const { imported, required } = await load()
    expect(Object.keys(required).toSorted()).toEqual(Object.keys(imported).toSorted())
    expect(imported.Claviger).not.toBe(required.Claviger)
  })

  it('has a verifier behind a door of its own, loaded by import and by require', async () => {
    const path = join(delivered, 'dist/verify/index.js')
    const imported = (await import(pathToFileURL(path).href)) as typeof Verify
    const required = require(join(delivered, 'dist/cjs/verify/index.js')) as typeof Verify
    expect(Object.keys(required).toSorted()).toEqual(Object.keys(imported).toSorted())
    for (const { createApiKeyVerifier } of [imported, required]) {
      const { refusal } = await createApiKeyVerifier({ mode: 'offline', audience: 'a' }).verify('garbage')
      expect(refusal?.code).toBe('not_found')
    }
  })

  it('recognises with instanceof the errors of its other copy, and tells their classes apart', async () => {
    const { imported, required } = await load()
    const fetch = async () =>
      Response.json({ code: 'user_not_found', detail: 'User not found' }, { status: 404 })
    for (const [thrower, other] of [
      [imported, required],
      [required, imported],
    ] as const) {
      const error = await new thrower.Claviger({ fetch }).users.get('u1').catch((error: unknown) => error)
      expect(error).toBeInstanceOf(other.NotFoundError)
      expect(error).toBeInstanceOf(other.ApiError)
      expect(error).toBeInstanceOf(other.ClavigerError)
      expect(error).not.toBeInstanceOf(other.ConflictError)
    }
  })

  async function load() {
    const imported = (await import(pathToFileURL(join(delivered, 'dist/index.js')).href)) as typeof Sdk
    const required = require(join(delivered, 'dist/cjs/index.js')) as typeof Sdk
    return { imported, required }
  }
})
