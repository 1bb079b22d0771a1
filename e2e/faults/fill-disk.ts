import { execFileSync } from 'node:child_process'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Fault } from './fault.js'
import { untilReady } from './load.js'
import { onExternalDatabase, underLoad } from './on-external-database.js'

const diskBytes = 192 * 1024 * 1024

/** Disks of their own for the database and for the log, both full under load; root only, who may mount them. */
export const fillDisk: Fault = {
  name: 'fill-disk',
  what: 'the disks of the database and of the log full under load (as root)',
  async run() {
    const [disk, logDisk] = [await mount(diskBytes), await mount(64 * 1024)]
    try {
      let restarts = 0
      let lostLines = 0
      const result = await onExternalDatabase(
        async ({ database, installation, load, target }) => {
          const ballast = join(disk, 'ballast')
          // Until nothing more fits.
          await writeFile(ballast, Buffer.alloc(diskBytes)).catch(() => {})
          const enough = load.answers.unavailable + 100
          while (load.answers.unavailable < enough) await new Promise((resolve) => setTimeout(resolve, 20))
          await rm(ballast)
          // Where its journal found no space the database ends, and whoever runs it starts it again.
          if (
            !(await database.query('select').then(
              () => true,
              () => false,
            ))
          ) {
            await database.kill().catch(() => {})
            await database.start()
            restarts++
          }
          await untilReady(target.url, 200)
          lostLines = Number(installation.output().includes('The log cannot be written: ENOSPC'))
        },
        { parent: disk, logDisk },
      )
      const { figures, mustBeZero } = underLoad(result)
      return {
        figures: { ...figures, 'restarts of the database': restarts, 'full logs that were told': lostLines },
        mustBeZero,
      }
    } finally {
      for (const each of [disk, logDisk]) {
        execFileSync('umount', [each])
        await rm(each, { recursive: true })
      }
    }
  },
}

async function mount(size: number): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'claviger-disk-'))
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'none', folder])
  await chmod(folder, 0o711)
  return folder
}
