import { testServer } from '@claviger/server/testing'
import { describe, expect, it } from 'vitest'
import { linesOf, operatorOf, runCommand } from '../../testing/run-command.js'

const server = testServer()

/** A project with the variables of a shell on the host. */
async function place() {
  const environment = await server.environment()
  const [slug = ''] = environment.name.split('/')
  return { ...environment, slug, env: await operatorOf(server) }
}

describe('projects list', () => {
  it('shows every project in lines of at most 80 characters, and how many there are', async () => {
    const { env, operator, slug: other } = await place()
    const name = 'A name that is much too long for what is left of a line of eighty characters'
    const { slug, createdAt } = await operator.projects.create({ slug: `${other}-2`, name })
    const { stdout, stderr, exitCode } = await runCommand(['projects', 'list'], { env, columns: 80 })
    const [head, ...lines] = linesOf(stdout)
    expect(head).toBe('SLUG                      CREATED     STATE    WITH       NAME')
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(80)
    const own = lines.find((line) => line.startsWith(slug))
    expect(own).toMatch(new RegExp(`^${slug} +${createdAt.slice(0, 10)}  active   live test  A name.*…$`))
    expect(lines.find((line) => line.startsWith('default '))).toContain('  default  live test  Default')
    expect({ exitCode, stderr }).toEqual({
      exitCode: 0,
      stderr: `${lines.length} projects on ${server.url}\n`,
    })
  })

  it('finds by search, and shows deleted ones only where they are asked for', async () => {
    const { env, slug, operator, projectId } = await place()
    const found = async (...options: string[]) => {
      const { stdout } = await runCommand(['projects', 'list', '--json', '--search', slug, ...options], {
        env,
      })
      return JSON.parse(stdout).projects.map(({ id, status }: { id: string; status: string }) => [id, status])
    }
    expect(await found()).toEqual([[projectId, 'active']])
    await operator.projects.delete(projectId)
    expect(await found()).toEqual([])
    expect(await found('--deleted')).toEqual([[projectId, 'deleted']])
  })
})

describe('projects create', () => {
  it('makes a project with two environments, in which the other commands work', async () => {
    const { env, slug } = await place()
    const made = await runCommand(['projects', 'create', `${slug}-2`, '--name', 'Shop'], { env })
    expect(made).toEqual({
      exitCode: 0,
      stdout: `Created ${slug}-2/live and ${slug}-2/test.\n`,
      stderr: '',
    })
    const key = ['keys', 'create', '--project', `${slug}-2`, '--environment', 'test']
    expect(await runCommand(key, { env })).toMatchObject({ exitCode: 0 })
    const { stdout } = await runCommand(['projects', 'create', `${slug}-3`, '--json'], { env })
    expect(JSON.parse(stdout)).toMatchObject({ project: { slug: `${slug}-3`, name: `${slug}-3` } })
  })

  it('answers 2 for a slug that cannot be, and 1 for one that is taken', async () => {
    const { env, slug } = await place()
    const bad = await runCommand(['projects', 'create', 'Acme Corp!'], { env })
    expect(bad).toMatchObject({ exitCode: 2, stderr: expect.stringMatching(/^slug: /) })
    const taken = await runCommand(['projects', 'create', slug], { env })
    expect(taken).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(`has the slug ${slug}`) })
  })

  it('answers 4 to a secret key', async () => {
    const { secretKey } = await place()
    const env = { CLAVIGER_URL: server.url, CLAVIGER_SECRET_KEY: secretKey }
    const { exitCode, stderr } = await runCommand(['projects', 'create', 'mine'], { env })
    expect(exitCode).toBe(4)
    expect(stderr).toContain('Run this on the host of the server, without a URL.')
  })
})

describe('projects delete, recover and purge', () => {
  it('end and bring back what is in the project', async () => {
    const { env, slug, sdk } = await place()
    const deleted = await runCommand(['projects', 'delete', slug], { env })
    expect(deleted).toMatchObject({ exitCode: 0, stdout: expect.stringContaining(`Deleted ${slug}.`) })
    await expect(sdk.users.list()).rejects.toMatchObject({ status: 401 })
    const again = await runCommand(['projects', 'delete', slug], { env })
    expect(again).toMatchObject({ exitCode: 3, stderr: 'Project not found\n' })

    const recovered = await runCommand(['projects', 'recover', slug], { env })
    expect(recovered).toEqual({ exitCode: 0, stdout: `Recovered ${slug}.\n`, stderr: '' })
    expect((await sdk.users.list()).total).toBe(0)
    const needless = await runCommand(['projects', 'recover', slug], { env })
    expect(needless).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('not deleted') })
  })

  it('remove for good only what is confirmed', async () => {
    const { env, slug, operator, projectId } = await place()
    expect(await runCommand(['projects', 'purge', slug], { env })).toMatchObject({ exitCode: 2 })
    const wrong = await runCommand(['projects', 'purge', slug, '--confirm', 'shop'], { env })
    expect(wrong).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining(`send \`confirm\` as “${slug}”`),
    })
    expect((await operator.projects.get(projectId)).status).toBe('active')
    const purged = await runCommand(['projects', 'purge', slug, '--confirm', slug, '--json'], { env })
    expect(JSON.parse(purged.stdout)).toMatchObject({
      project: { status: 'purging', purge: { removedRows: 0 } },
    })
    const late = await runCommand(['projects', 'recover', slug], { env })
    expect(late).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('cannot be recovered') })
  })

  it('answer 3 for a project that is not there', async () => {
    const env = await operatorOf(server)
    for (const args of [
      ['delete', 'nope'],
      ['recover', 'nope'],
      ['purge', 'nope', '--confirm', 'nope'],
    ]) {
      expect(await runCommand(['projects', ...args], { env })).toEqual({
        exitCode: 3,
        stdout: '',
        stderr: 'There is no project nope. Look for it with claviger projects list --deleted.\n',
      })
    }
  })
})
