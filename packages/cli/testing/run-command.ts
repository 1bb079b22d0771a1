import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { onTestFinished } from 'vitest'
import type { Context, Output } from '../src/context.js'
import type { ExitCode } from '../src/exit-codes.js'
import { run } from '../src/main.js'

export interface Outcome {
  readonly exitCode: ExitCode
  readonly stdout: string
  readonly stderr: string
}

export interface World extends Partial<Pick<Context, 'env' | 'cwd' | 'fetch' | 'now'>> {
  /** How wide the terminal is that both streams go to; absent where they are pipes. */
  readonly columns?: number
}

/** Runs one command in a world of its own: nothing of this process's variables reaches it. */
export async function runCommand(args: readonly string[], world: World = {}): Promise<Outcome> {
  const stdout = record(world.columns)
  const stderr = record(world.columns)
  const exitCode = await run(args, {
    env: {},
    cwd: '/nonexistent',
    fetch: (url, init) => fetch(url, init),
    now: () => Date.now(),
    ...world,
    stdout,
    stderr,
  })
  return { exitCode, stdout: stdout.text(), stderr: stderr.text() }
}

function record(columns: number | undefined): Output & { text(): string } {
  let text = ''
  return {
    write(more) {
      text += more
    },
    isTty: columns !== undefined,
    columns,
    text: () => text,
  }
}

/** An empty folder for the time of a test; others may pass through it, as a private database has to. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'claviger-cli-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** The variables of a shell on the host of a server: they name a data directory that holds its token. */
export async function operatorOf(server: {
  url: string
  operatorToken: string
}): Promise<{ CLAVIGER_DATA_DIR: string }> {
  const dataDir = await temporaryFolder()
  const content = JSON.stringify({ url: server.url, token: server.operatorToken })
  await writeFile(join(dataDir, 'operator.json'), content, { mode: 0o600 })
  return { CLAVIGER_DATA_DIR: dataDir }
}

/** What a person sees of an output, line by line, without the colours. */
export function linesOf(output: string): string[] {
  return stripVTControlCharacters(output).trimEnd().split('\n')
}
