// `npm test`: the checks, then every test. The last line is `N passed, N failed`, alone.
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bin, install, root } from './bootstrap.mjs'

await install()
const folder = mkdtempSync(join(tmpdir(), 'claviger-report-'))
const report = join(folder, 'report.json')

const checked = await succeeds(process.execPath, ['tools/check.mjs'])
const only = process.argv.slice(2)
const tested = await succeeds(bin('vitest'), [
  'run',
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${report}`,
  ...only,
])

const { passed, failed } = counted(report)
rmSync(folder, { recursive: true, force: true })
if (!checked) console.log('The checks failed: their first lines above say why.')
// The checks count as one; a run that ended badly without a failed test counts as one failure, too.
const failures = failed + (checked ? 0 : 1) + (!tested && failed === 0 ? 1 : 0)
console.log(`${passed + (checked ? 1 : 0)} passed, ${failures} failed`)
process.exit(failures === 0 ? 0 : 1)

function succeeds(command, args) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: 'inherit' })
    child.on('error', () => resolve(false))
    child.on('close', (code) => resolve(code === 0))
  })
}

function counted(path) {
  try {
    const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(path, 'utf8'))
    return { passed: numPassedTests, failed: numFailedTests }
  } catch {
    return { passed: 0, failed: 0 }
  }
}
