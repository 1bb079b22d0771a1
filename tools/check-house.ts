import { readdir, readFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/**
 * The rules of the house that no compiler knows: who may import whom, where SQL may stand, what files are
 * called. Each is told with the file that breaks it and with what to do.
 */

/** A slice imports only slices of lower tiers, and only their doors. */
const tiers: Record<string, number> = {
  projects: 0,
  users: 1,
  emails: 1,
  'text-messages': 1,
  'secret-keys': 1,
  'key-verifications': 1,
  'signing-keys': 1,
  'api-key-tokens': 2,
  apis: 2,
  devices: 2,
  applications: 3,
  lockouts: 3,
  sessions: 3,
  verifications: 3,
  organizations: 4,
  authentication: 4,
  tokens: 4,
  administrators: 4,
  me: 4,
  'api-keys': 5,
  invitations: 5,
  'identity-providers': 5,
  passkeys: 5,
  'second-factors': 5,
  events: 5,
  imports: 6,
  erasures: 6,
  'portal-links': 6,
}

/** What a slice may take from outside of the repository, besides Node. */
const libraries: Record<string, readonly string[]> = {
  users: ['@node-rs/argon2', '@node-rs/bcrypt'],
  // An address of an import is judged as the pipeline judges that of a request.
  imports: ['ajv-formats/dist/formats.js'],
  passkeys: ['@simplewebauthn/server', '@simplewebauthn/server/helpers'],
  'second-factors': ['otpauth'],
  'signing-keys': ['jose'],
  'identity-providers': ['openid-client'],
}

/** Names that say where something was put instead of what it is. */
const drawers = [
  'utils',
  'util',
  'helpers',
  'helper',
  'common',
  'shared',
  'misc',
  'types',
  'constants',
  'manager',
]

const server = 'packages/server/src'
const problems: string[] = []

const files = (await Promise.all(['packages', 'tools', 'bench', 'peers', 'e2e'].map(sourcesBelow))).flat()
for (const file of files) {
  const text = await readFile(file, 'utf8')
  const imports = [...text.matchAll(/^(?:import|export)\b[^'"]*?from\s+'([^']+)'|^import\s+'([^']+)'/gm)].map(
    ([, from, bare]) => (from ?? bare) as string,
  )
  checkName(file)
  checkWords(file, text)
  for (const target of imports) checkImport(file, target)
  if (file.startsWith(`${server}/slices/`)) checkSliceFile(file, text)
}
await checkSlices()
await checkMigrations()

if (problems.length > 0) {
  console.error(problems.sort().join('\n'))
  process.exit(1)
}

function checkName(file: string): void {
  const name = basename(file).replace(/\..*$/, '')
  if (drawers.includes(name)) complain(file, `names a drawer; call the file by the idea it holds`)
}

function checkWords(file: string, text: string): void {
  if (/\b(TODO|FIXME|XXX)\b/.test(text) && !file.endsWith('check-house.ts')) {
    complain(file, 'has a mark for later; do it now, or leave it out')
  }
}

function checkImport(file: string, target: string): void {
  const isTest = /\.(test|fixture)\.ts$/.test(file) || file.includes('/testing/')
  if (
    /^packages\/dialects\/\w+\/src\/wire\//.test(file) &&
    !isTest &&
    !/^(\.|@claviger\/contract$)/.test(target)
  ) {
    complain(file, `imports ${target}; the wire of a dialect knows nothing but the contract`)
  }
  const inServer = file.startsWith(`${server}/`)
  if (!inServer || isTest) return
  if (target === 'kysely' && !file.startsWith(`${server}/platform/db/`)) {
    complain(file, 'imports kysely; only platform/db does, and stores take what they need from there')
  }
  if (target === 'pg' && !file.startsWith(`${server}/platform/db/`))
    complain(file, 'imports pg; only platform/db does')
  if (target.startsWith('fastify') && !file.startsWith(`${server}/platform/http/`)) {
    complain(file, 'imports Fastify; only platform/http does')
  }
  const isComposition = dirname(file) === server
  if (target.startsWith('#slices/') && !file.startsWith(`${server}/slices/`) && !isComposition) {
    complain(file, `imports ${target}; only compose.ts and higher slices know a slice`)
  }
  if (file.startsWith(`${server}/kernel/`) && /^#(platform|slices|config)\//.test(target)) {
    complain(file, `imports ${target}; the kernel knows nothing around it`)
  }
}

function checkSliceFile(file: string, text: string): void {
  if (/\.(test|fixture)\.ts$/.test(file)) return
  const [slice = '', name = ''] = file.slice(`${server}/slices/`.length).split('/')
  for (const [, target = ''] of text.matchAll(/from '([^']+)'/g)) checkSliceImport(file, slice, name, target)
  if (/\bimplement\(/.test(text)) checkOperation(file, name, text)
}

function checkSliceImport(file: string, slice: string, name: string, target: string): void {
  if (target.startsWith('../'))
    complain(file, 'leaves its slice by ../; import the other slice by #slices/<name>')
  if (target.startsWith('#platform/') && name !== 'store.ts') {
    complain(file, `imports ${target}; of a slice only store.ts knows the platform`)
  }
  const other = /^#slices\/(.+)$/.exec(target)?.[1]
  if (other !== undefined && (tiers[other] ?? Number.POSITIVE_INFINITY) >= (tiers[slice] ?? -1)) {
    complain(file, `imports #slices/${other}, which is not on a lower tier`)
  }
  const isOutside = !/^([.#]|node:|@claviger\/contract)/.test(target)
  if (isOutside && !libraries[slice]?.includes(target)) {
    complain(
      file,
      `imports ${target}; give it to the platform, or list it in tools/check-house.ts with a reason`,
    )
  }
}

/** One operation a file, under the file's own name; variants of it may stand beside it. */
function checkOperation(file: string, name: string, text: string): void {
  const expected = name.replace('.ts', '').replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())
  const exported = [...text.matchAll(/^export const (\w+) = (?:\(\w+: \w+\) =>\s+)?implement/gm)].map(
    ([, value]) => value,
  )
  if (!exported.includes(expected)) complain(file, `exports no operation called ${expected}`)
  if (!/\/\*\*[\s\S]*?\*\/\nexport const \w+ = (?:\(\w+: \w+\) =>\s+)?implement/.test(text))
    complain(file, 'has an operation without a sentence')
}

async function checkSlices(): Promise<void> {
  for (const slice of await readdir(join(server, 'slices'))) {
    const names = await readdir(join(server, 'slices', slice))
    if (!(slice in tiers)) problems.push(`${slice}: has no tier; give it one in tools/check-house.ts`)
    for (const needed of ['README.md', 'index.ts']) {
      if (!names.includes(needed)) problems.push(`${server}/slices/${slice}: has no ${needed}`)
    }
  }
}

async function checkMigrations(): Promise<void> {
  const names = (await readdir(join(server, 'migrations'))).sort()
  for (const [i, name] of names.entries()) {
    const file = join(server, 'migrations', name)
    // Numbers are given out beforehand, so there may be gaps between them.
    if (!/^\d{6}_/.test(name) || name.slice(0, 6) === names[i - 1]?.slice(0, 6))
      complain(file, 'has no number of six digits to itself')
    if (!(await readFile(file, 'utf8')).startsWith('-- '))
      complain(file, 'does not open with a comment that says why')
  }
}

async function sourcesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => [])
  return entries
    .filter((entry) => entry.isFile() && /\.(ts|tsx|mjs)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !/(^|\/)(node_modules|dist)\//.test(file))
}

function complain(file: string, what: string): void {
  problems.push(`${file}: ${what}`)
}
