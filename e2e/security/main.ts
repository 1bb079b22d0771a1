import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { describeMachine } from '../../bench/src/report/machine.js'
import { markdownTable } from '../../bench/src/report/markdown-table.js'
import { createProgress } from '../../bench/src/report/progress.js'
import { replaceSection } from '../../bench/src/report/write-section.js'
import { forgeAddresses } from './forge-addresses.js'
import { guessCodes } from './guess-codes.js'
import { guessPasswords } from './guess-passwords.js'
import { hostilePasswords } from './hostile-passwords.js'
import type { Measurement, Outcome } from './measurement.js'
import { poisonLinks } from './poison-links.js'
import { raceTwoTabs } from './race-two-tabs.js'
import { rotateKeys } from './rotate-keys.js'
import { tellAccountsApart } from './tell-accounts-apart.js'
import { timeToRefusal } from './time-to-refusal.js'
import { tryCredentials } from './try-credentials.js'

const measurements = [
  tryCredentials,
  tellAccountsApart,
  forgeAddresses,
  guessPasswords,
  guessCodes,
  raceTwoTabs,
  poisonLinks,
  hostilePasswords,
  timeToRefusal,
  rotateKeys,
]
const report = fileURLToPath(new URL('../../docs/security.md', import.meta.url))

const words = process.argv.slice(2)
const isQuick = words.includes('--quick')
const names = words.filter((word) => word !== '--quick')
if (names.some((word) => !measurements.some(({ name }) => name === word))) {
  const list = measurements.map(({ name, what }) => `  ${name.padEnd(18)}${what}`).join('\n')
  process.stdout.write(
    `npm run security -- [name …] [--quick]\n\n${list}\n\nWithout a name: all of them, about a quarter of an hour. ` +
      'Figures go to docs/security.md, except with --quick, which takes a hundredth.\n',
  )
  process.exit(names.includes('--help') ? 0 : 2)
}

const asked = measurements.filter(({ name }) => names.length === 0 || names.includes(name))
const progress = createProgress(asked.length)
for (const { name, what, run } of asked) {
  progress.step(what)
  const outcome = await run({ share: isQuick ? 0.01 : 1, done: progress.share }).finally(progress.end)
  const section = sectionOf({ name, what }, outcome)
  process.stdout.write(`\n${section}\n`)
  if (!isQuick) await writeFile(report, replaceSection(await readFile(report, 'utf8'), name, section))
  for (const [forbidden, figure] of Object.entries(outcome.mustBeZero)) {
    if (figure === 0) continue
    process.stderr.write(`${name}: ${forbidden}: ${figure}\n`)
    process.exitCode = 1
  }
}

function sectionOf({ name, what }: Pick<Measurement, 'name' | 'what'>, outcome: Outcome): string {
  const { header, rows, notes = [], mustBeZero } = outcome
  const zeros = Object.entries(mustBeZero).map(([forbidden, figure]) => `${forbidden}: **${figure}**`)
  const day = new Date().toISOString().slice(0, 10)
  return [
    `### ${what[0]?.toUpperCase()}${what.slice(1)}`,
    `\`npm run security -- ${name}\`, ${day}, ${describeMachine()}.`,
    markdownTable(header, rows),
    [...notes, `${zeros.join(' · ')}.`].join('\n\n'),
  ].join('\n\n')
}
