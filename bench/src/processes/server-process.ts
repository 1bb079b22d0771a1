import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { startChild } from './child-processes.js'
import { pinned } from './cpu-placement.js'

const readyTimeoutMs = 60_000
const pollIntervalMs = 25

// The channel to the bench closes when the bench dies, however it dies: nothing that it started may stay.
const endWithBench = 'data:text/javascript,process.on("disconnect",()=>process.exit(1))'

/** The command that runs a JavaScript file with Node and ends when the bench does. */
export function nodeCommand(path: string, options: readonly string[] = []): readonly string[] {
  return [process.execPath, ...options, '--import', endWithBench, path]
}

/** The same for a TypeScript file of this workspace, from whatever directory. */
export function typescriptCommand(path: string): readonly string[] {
  return nodeCommand(path, ['--import', import.meta.resolve('tsx')])
}

/**
 * Starts a server on a free port of the loopback interface and waits until it answers 2xx at `readyPath`.
 * NODE_ENV is `production` for every contender.
 */
export async function startServerProcess(options: {
  name: string
  command: readonly string[]
  cpu: number | null
  readyPath: string
  env: (address: { url: string; port: number }) => Record<string, string>
}): Promise<{ url: string; pid: number; stop(): Promise<void> }> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const child = await startChild({
    name: options.name,
    command: pinned(options.command, options.cpu),
    env: { NODE_ENV: 'production', ...options.env({ url, port }) },
  })
  try {
    await untilReady(`${url}${options.readyPath}`, options.name, child.ended)
  } catch (error) {
    await child.stop()
    throw error
  }
  return { url, pid: child.pid, stop: child.stop }
}

async function untilReady(url: string, name: string, ended: Promise<string>): Promise<void> {
  let lastWords: string | null = null
  void ended.then((words) => {
    lastWords = words
  })
  const deadline = Date.now() + readyTimeoutMs
  while (Date.now() < deadline) {
    if (lastWords !== null) throw new Error(lastWords)
    // A refused connection only means that the server does not listen yet.
    const response = await fetch(url, { headers: { connection: 'close' } }).catch(() => null)
    await response?.arrayBuffer()
    if (response?.ok) return
    await sleep(pollIntervalMs)
  }
  throw new Error(`${name} did not answer at ${url} within ${readyTimeoutMs / 1000} s.`)
}

/** Another process could take the port before the server does; the server then fails and names it. */
async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('No port is free on 127.0.0.1.')
  return address.port
}
