import { afterEach, describe, expect, test, vi } from 'vitest'
import { processCommandLine, processStart } from './process-identity.js'
import { startBystander, startZombie } from './stand-in-process.fixture.js'

const ends: (() => void)[] = []
afterEach(() => {
  vi.unstubAllEnvs()
  for (const end of ends.splice(0)) end()
})

// Linux has `ps` as well, so what other systems rely on is tested here too.
describe.each(['linux', 'darwin'] as const)('process identity as on %s', (platform) => {
  test('the start of a process does not change with the time zone or language of who asks', () => {
    const start = processStart(process.pid, platform)
    vi.stubEnv('TZ', 'Asia/Tokyo')
    vi.stubEnv('LC_ALL', 'C.UTF-8')
    expect(processStart(process.pid, platform)).toBe(start)
    expect(start).toMatch(/\d/)
  })

  test('a process that does not exist has neither a start nor a command line', () => {
    expect(processStart(2 ** 22 + 1, platform)).toBeNull()
    expect(processCommandLine(2 ** 22 + 1, platform).trim()).toBe('')
  })

  test('a zombie does not run', async () => {
    const zombie = await startZombie()
    ends.push(zombie.end)
    await expect.poll(() => processStart(zombie.pid, platform)).toBeNull()
  })

  test('every argument of a command line is followed by a space', async () => {
    const bystander = startBystander()
    ends.push(bystander.end)
    await expect.poll(() => processCommandLine(bystander.pid, platform)).toBe('sleep 600 ')
  })
})
