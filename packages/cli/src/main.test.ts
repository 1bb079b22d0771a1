import { describe, expect, it } from 'vitest'
import { runCommand } from '../testing/run-command.js'
import { version } from './version.js'

const commands = [
  ['start'],
  ['migrate'],
  ['doctor'],
  ['keys', 'create'],
  ['keys', 'list'],
  ['keys', 'show'],
  ['keys', 'rotate'],
  ['keys', 'deprecate'],
  ['keys', 'disable'],
  ['keys', 'enable'],
  ['keys', 'revoke'],
  ['api-keys', 'create'],
  ['api-keys', 'list'],
  ['api-keys', 'revoke'],
  ['users', 'list'],
  ['users', 'get'],
  ['users', 'ban'],
  ['users', 'unban'],
]

describe('claviger', () => {
  it('prints its version', async () => {
    expect(await runCommand(['--version'])).toEqual({ exitCode: 0, stdout: `${version}\n`, stderr: '' })
  })

  it('shows the help on stdout when asked, and on stderr with code 2 when nothing was said', async () => {
    const asked = await runCommand(['--help'])
    expect(asked).toMatchObject({ exitCode: 0, stderr: '' })
    expect(asked.stdout).toContain('Exit codes: 0 done, 1 failed, 2 wrong usage, 3 not found')
    expect(await runCommand([])).toMatchObject({ exitCode: 2, stdout: '' })
    expect(await runCommand(['users'])).toMatchObject({ exitCode: 2, stdout: '' })
  })

  it.each(commands)('%s %s teaches with examples, in lines of 80 characters', async (...command) => {
    const { exitCode, stdout } = await runCommand([...command, '--help'])
    expect(exitCode).toBe(0)
    expect(stdout).toContain(`\nExamples:\n`)
    expect(stdout).toContain(`claviger ${command.join(' ')}`)
    for (const line of stdout.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80)
  })

  it.each([
    [['lst'], "Unknown command 'lst'"],
    [['users', 'list', '--foo'], "Unknown option '--foo'"],
    [['users', 'get'], "Missing required argument 'id or email'"],
    [['users', 'get', 'a', 'b'], 'Too many arguments'],
    [['keys', 'create', '--secret-key', 'sk_live_x'], "Unknown option '--secret-key'"],
    [['start', '--json'], 'start prints no JSON.'],
  ])('answers 2 and one line on stderr to %j', async (args, sentence) => {
    const { exitCode, stdout, stderr } = await runCommand(args)
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
    expect(stderr).toContain(sentence)
    expect(stderr.trimEnd()).not.toContain('\n')
  })
})
