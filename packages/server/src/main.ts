import { isatty } from 'node:tty'
import { type Config, ConfigError, readConfig } from '#config/config'
import { MasterKeyError } from '#platform/db/bootstrap'
import { EmbeddedPostgresError } from '#platform/db/embedded/index'
import { MigrationError } from '#platform/db/migrate'
import { openLog } from '#platform/log/log'
import { type RunningServer, start } from './start.js'

/** How long a stop may take before the process ends whatever is left. */
const stopMsMax = 29_000

/** Runs the server until a signal ends it: read the configuration, build, listen, drain. */
export async function main(startedAtMs: number): Promise<void> {
  let server: RunningServer | undefined
  let stopping: Promise<void> | undefined
  let exitCode = 0
  let exitWhenStarted = false

  function stop(): Promise<void> {
    stopping ??= (async () => {
      setTimeout(() => process.exit(exitCode || 1), stopMsMax).unref()
      await server?.stop()
      log.flush()
      process.exit(exitCode)
    })()
    return stopping
  }

  const config = readOrExplain()
  const log = await openLogOrExplain(config)
  const interactive = config.logDestination === 'file'
  // A terminal that was closed takes no more words; that must not keep the server from draining.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})

  function requestStop(): void {
    if (interactive && !stopping)
      process.stdout.write('\nStopping: finishing what runs, then the database.\n')
    // A signal during the start waits for it: what was begun has to be known to be ended.
    if (server) void stop()
    else exitWhenStarted = true
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, requestStop)
  // Whoever started this over a channel is gone, without having been able to say so.
  process.on('disconnect', requestStop)

  try {
    server = await start({
      config,
      logger: log.logger,
      onProgress: interactive ? showProgress : () => {},
      onPartFailed(part, reason) {
        exitCode = 1
        log.logger.fatal({ part, reason }, 'A part of the server ended by itself.')
        process.stderr.write(
          `\nThe ${part} ended by itself: ${reason}\nStopping the rest. Start again with npm start.\n`,
        )
        void stop()
      },
    })
  } catch (error) {
    explain(error, config.port)
    log.flush()
    process.exit(1)
  }
  if (exitWhenStarted) return stop()
  if (interactive) showWhereToGo(server, config.dataDir, startedAtMs)
  log.logger.info({ url: server.url }, 'Started.')
}

function readOrExplain() {
  try {
    return readConfig(process.env, process.cwd())
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    process.stderr.write(`${error.message}\n`)
    process.exit(1)
  }
}

async function openLogOrExplain(config: Config) {
  const { logLevel: level, logDestination: destination, dataDir } = config
  try {
    return await openLog({ level, destination, dataDir })
  } catch (error) {
    explain(error, config.port)
    process.exit(1)
  }
}

/** What went wrong, as one sentence that says what to do; the trace only where nobody foresaw it. */
function explain(error: unknown, port: number): void {
  const { code, message, stack } = error as NodeJS.ErrnoException
  const foreseen = [EmbeddedPostgresError, MigrationError, MasterKeyError].some(
    (kind) => error instanceof kind,
  )
  const sentence = foreseen ? message : (explainSystemError(code, message, port) ?? stack ?? message)
  process.stderr.write(`${sentence}\n`)
}

function explainSystemError(code: string | undefined, message: string, port: number): string | undefined {
  switch (code) {
    case 'EADDRINUSE':
      return `Port ${port} is taken. Stop what listens there, or set CLAVIGER_PORT to another one.`
    case 'EADDRNOTAVAIL':
      return 'CLAVIGER_HOST names an address that this machine does not have.'
    case 'EACCES':
      return `Permission denied (${message}). Give this user the data directory, or a port above 1023.`
    case 'ENOSPC':
      return 'The disk is full. Free some space and start again; nothing that was acknowledged is lost.'
    case 'ECONNREFUSED':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'ETIMEDOUT':
      return 'The database of CLAVIGER_DATABASE_URL cannot be reached. Check its host, its port and that it runs.'
    case '28P01':
    case '28000':
      return 'The database refuses the user or password of CLAVIGER_DATABASE_URL.'
    case '3D000':
      return 'The database that CLAVIGER_DATABASE_URL names does not exist. Create it, or name another one.'
    default:
      return /timeout expired/.test(message)
        ? 'The database of CLAVIGER_DATABASE_URL does not answer. Check its host, its port and that it runs.'
        : undefined
  }
}

function showProgress(what: string): void {
  if (isatty(1)) process.stdout.write(`\u001b[2K\r${what} …`)
}

function showWhereToGo(server: RunningServer, dataDir: string, startedAtMs: number): void {
  const seconds = ((Date.now() - startedAtMs) / 1_000).toFixed(1)
  if (isatty(1)) process.stdout.write('\u001b[2K\r')
  process.stdout.write(
    [
      '',
      `  Claviger is running, started in ${seconds} s`,
      '',
      `  Dashboard      ${server.dashboardUrl}`,
      `  API reference  ${server.url}/reference`,
      '  Make a key     npx claviger keys create --project default --environment test',
      '  Stop           Ctrl-C',
      '',
      `  Data and log   ${dataDir}`,
      '',
      '',
    ].join('\n'),
  )
}
