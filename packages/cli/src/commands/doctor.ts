import type { Command } from 'commander'
import type { Context } from '../context.js'
import { examine } from '../doctor/examine.js'
import type { CheckName, Finding } from '../doctor/finding.js'
import { CommandError, exitCodes } from '../exit-codes.js'
import { type GlobalOptions, withExamples } from '../options.js'
import { printJson } from '../output/json.js'
import { paintFor } from '../output/paint.js'
import { counted } from '../output/progress.js'

/** Adds `claviger doctor`: looks at everything that a start depends on, and changes nothing. */
export function addDoctor(program: Command, context: Context): void {
  const command = program
    .command('doctor')
    .description('Look for what is wrong with this installation, and say what to do. Exits with 1 for any ✗.')
    .action(async (_options: object, command: Command) => {
      const { json } = command.optsWithGlobals<GlobalOptions>()
      const findings: Finding[] = []
      for await (const finding of examine(context)) {
        findings.push(finding)
        // Each at once: a database that does not answer takes seconds to be given up.
        if (!json) printFinding(context, finding)
      }
      const wrong = findings.filter(({ ok }) => !ok)
      if (json) printJson(context, { ok: wrong.length === 0, checks: findings })
      if (wrong.length > 0)
        throw new CommandError(exitCodes.failed, `${counted(wrong.length, 'check')} failed.`)
    })
  withExamples(command, [
    ['Everything, a line for each check', 'claviger doctor'],
    ['The checks that failed, for a script', "claviger doctor --json | jq '.checks[] | select(.ok | not)'"],
  ])
}

const titles: Readonly<Record<CheckName, string>> = {
  node: 'Node',
  configuration: 'Configuration',
  data_directory: 'Data directory',
  port: 'Port',
  database: 'Database',
  migrations: 'Migrations',
  master_key: 'Master key',
  server: 'Server',
  clock: 'Clock',
}
const widthTitle = Math.max(...Object.values(titles).map(({ length }) => length))

function printFinding({ stdout, env }: Context, { check, ok, message }: Finding): void {
  const paint = paintFor(stdout, env)
  const mark = ok ? paint('✓', 'green') : paint('✗', 'red')
  stdout.write(`${mark} ${titles[check].padEnd(widthTitle)}  ${message}\n`)
}
