import { fillDisk } from './fill-disk.js'
import { exhaustPool, silenceNetwork } from './hold-connections.js'
import { killImport } from './kill-import.js'
import { killMailer } from './kill-mailer.js'
import { endConnections, killDatabase } from './lose-database.js'
import { severalNodes } from './several-nodes.js'
import { soak } from './soak.js'

const faults = [
  killDatabase,
  endConnections,
  exhaustPool,
  silenceNetwork,
  fillDisk,
  severalNodes,
  killMailer,
  killImport,
  soak,
]
const words = process.argv.slice(2)
const minutesAt = words.indexOf('--minutes')
const minutes = minutesAt < 0 ? 10 : Number(words.splice(minutesAt, 2)[1])
const asked =
  words.length === 0
    ? faults.filter(({ name }) => name !== 'soak')
    : faults.filter(({ name }) => words.includes(name))

if (!(minutes > 0) || words.some((word) => !faults.some(({ name }) => name === word))) {
  const list = faults.map(({ name, what }) => `  ${name.padEnd(18)}${what}`).join('\n')
  process.stdout.write(
    `npm run faults -- [name …] [--minutes N]\n\n${list}\n\nWithout a name: all but soak.\n`,
  )
  process.exit(words.includes('--help') ? 0 : 2)
}
for (const { name, what, run } of asked) {
  process.stdout.write(`\n${name}: ${what}\n`)
  const { figures, mustBeZero } = await run({ minutes })
  for (const [what, figure] of Object.entries({ ...figures, ...mustBeZero })) {
    process.stdout.write(`  ${what.padEnd(36)}${figure}\n`)
  }
  if (Object.values(mustBeZero).some((figure) => figure !== 0)) process.exitCode = 1
}
