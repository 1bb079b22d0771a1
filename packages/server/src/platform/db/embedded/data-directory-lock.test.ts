import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { acquireDataDirectoryLock } from './data-directory-lock.js'
import { killOwners, startOwner } from './owner.fixture.js'
import { processStart } from './process-identity.js'
import { startBystander, startZombie } from './stand-in-process.fixture.js'

let dataDir: string
let lockFile: string
const ends: (() => void)[] = []

beforeEach(() => {
  dataDir = mkdtempSync('/tmp/claviger-test-')
  lockFile = join(dataDir, 'claviger.pid')
})

afterEach(async () => {
  await killOwners()
  for (const end of ends.splice(0)) end()
  rmSync(dataDir, { recursive: true, force: true })
})

function refusal(): unknown {
  try {
    acquireDataDirectoryLock(dataDir)
  } catch (error) {
    return error
  }
  return null
}

describe('data directory lock', () => {
  test('creates the data directory, names this process, and leaves nothing behind when released', () => {
    const nested = join(dataDir, 'not/yet/there')
    const lock = acquireDataDirectoryLock(nested)
    expect(readFileSync(join(nested, 'claviger.pid'), 'utf8')).toBe(
      `${process.pid}\n${processStart(process.pid)}\n`,
    )
    lock.release()
    expect(readdirSync(nested)).toEqual([])
  })

  test('refuses a second owner in the same process, and admits one after the release', () => {
    const lock = acquireDataDirectoryLock(dataDir)
    expect(refusal()).toMatchObject({ code: 'data_directory_in_use' })
    lock.release()
    acquireDataDirectoryLock(dataDir).release()
  })

  test('refuses a data directory of another process and names it, until that is killed', async () => {
    const owner = startOwner({ task: 'lock', dataDir })
    await owner.hears(({ held }) => held === true)
    expect(refusal()).toMatchObject({
      code: 'data_directory_in_use',
      message: expect.stringContaining(`process ${owner.pid};`),
    })
    await owner.kill('SIGKILL')
    expect(existsSync(lockFile)).toBe(true)
    acquireDataDirectoryLock(dataDir).release()
  })

  test('is not fooled by another process that now has the pid of the owner', () => {
    const bystander = startBystander()
    ends.push(bystander.end)
    writeFileSync(lockFile, `${bystander.pid}\nanother-boot/1234\n`)
    acquireDataDirectoryLock(dataDir)
    expect(readFileSync(lockFile, 'utf8')).toContain(`${process.pid}\n`)
    expect(processStart(bystander.pid)).not.toBeNull()
  })

  test('is not held by a zombie', async () => {
    const zombie = await startZombie()
    ends.push(zombie.end)
    writeFileSync(lockFile, `${zombie.pid}\n${processStart(process.pid)}\n`)
    acquireDataDirectoryLock(dataDir).release()
  })

  test('is not held by a file that a power loss left empty', () => {
    writeFileSync(lockFile, '')
    acquireDataDirectoryLock(dataDir).release()
  })

  test('survives a process that died while it was taking over from a dead one', () => {
    writeFileSync(lockFile, '1\nlong-ago/1\n')
    writeFileSync(`${lockFile}.takeover`, '1\nlong-ago/2\n')
    acquireDataDirectoryLock(dataDir).release()
    expect(readdirSync(dataDir)).toEqual([])
  })

  test('does not remove the lock of somebody else when it is released late', () => {
    const lock = acquireDataDirectoryLock(dataDir)
    writeFileSync(lockFile, '1\nsomebody-else/1\n')
    lock.release()
    expect(existsSync(lockFile)).toBe(true)
  })

  test('goes to exactly one of several processes that find the same stale lock', async () => {
    writeFileSync(lockFile, '1\nlong-ago/1\n')
    const owners = Array.from({ length: 8 }, () => startOwner({ task: 'lock', dataDir }))
    const answers = await Promise.all(owners.map((owner) => owner.hears(() => true)))
    const [winner, ...others] = owners.filter((_, index) => answers[index]?.held)
    expect(others).toEqual([])
    expect(readFileSync(lockFile, 'utf8')).toContain(`${winner?.pid}\n`)
    expect(answers.filter(({ code }) => code === 'data_directory_in_use')).toHaveLength(7)
    expect(readdirSync(dataDir)).toEqual(['claviger.pid'])
  })
})
