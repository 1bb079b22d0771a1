import { codeBlock } from './code-block.js'
import { prose } from './element.js'

const refreshMs = 5000
const answerMsMax = 4000

receiveSetupToken()
showFirstSteps()
watchHealth()

/** The token is a secret: it leaves the address bar before anything else can read or store it. */
function receiveSetupToken() {
  const { hash, pathname, search } = location
  if (!hash.startsWith('#setup=')) return
  history.replaceState(null, '', pathname + search)
  const note = document.querySelector('[data-setup]')
  note.append(
    ...prose(
      'The setup token was received and removed from the address bar; it is neither kept nor sent ' +
        'anywhere. The console for administrators is not part of this version yet: until then, ' +
        '`npx claviger` manages the server from its own machine.',
    ),
  )
  note.hidden = false
}

function showFirstSteps() {
  const { origin } = location
  const steps = {
    key: ['npx claviger keys create --project default --environment test', 'the command'],
    curl: [
      `export CLAVIGER_SECRET_KEY=sk_test_…\n\n` +
        `curl ${origin}/v1/admin/users \\\n  -H "Authorization: Bearer $CLAVIGER_SECRET_KEY"`,
      'the curl command',
    ],
    sdk: [
      `import { Claviger } from '@claviger/sdk'\n\n` +
        `// The key comes from CLAVIGER_SECRET_KEY.\n` +
        `const claviger = new Claviger({ baseUrl: '${origin}' })\n\n` +
        `for await (const user of claviger.users.list()) {\n  console.log(user.id, user.email)\n}`,
      'the SDK example',
    ],
  }
  for (const [step, [text, label]] of Object.entries(steps)) {
    document.querySelector(`[data-step=${step}]`).append(codeBlock(text, label))
  }
}

function watchHealth() {
  let updatedAt
  const refresh = async () => {
    show(await askHealth())
    updatedAt = performance.now()
    showAge(updatedAt)
  }
  let timer
  const loop = async () => {
    await refresh()
    // Two rounds may overlap when the page comes back to the front; one timer is left.
    clearTimeout(timer)
    timer = setTimeout(loop, refreshMs)
  }
  loop()
  setInterval(() => updatedAt !== undefined && showAge(updatedAt), 1000)
  // A page that comes back to the front would otherwise show what was true when it was left.
  document.addEventListener('visibilitychange', () => document.hidden || loop())
}

/** What the server says of itself; undefined when it says nothing that can be understood. */
async function askHealth() {
  const started = performance.now()
  try {
    const answer = await fetch('health', { cache: 'no-store', signal: AbortSignal.timeout(answerMsMax) })
    const health = await answer.json()
    if (typeof health?.services !== 'object') return undefined
    return { ...health, durationMs: Math.round(performance.now() - started) }
  } catch {
    return undefined
  }
}

function show(health) {
  const state = stateOf(health)
  document.querySelector('[data-status]').dataset.state = state
  setText(document.querySelector('[data-headline]'), headlineOf(state, health))
  setText(document.querySelector('[data-details]'), health ? detailsOf(health) : advice)
  for (const [name, part] of Object.entries(partsOf(health))) showPart(name, part)
}

const advice = 'Look at the terminal in which it was started. This page goes on asking.'

/** Every service that the server counts as down matters, also one that has no place of its own here. */
function stateOf(health) {
  if (!health) return 'unreachable'
  return health.status === 'ok' && Object.values(health.services).every(Boolean) ? 'ok' : 'degraded'
}

function partsOf(health) {
  if (!health) {
    return {
      api: { state: 'down', text: 'no answer' },
      database: { state: 'unknown', text: 'unknown' },
      worker: { state: 'unknown', text: 'unknown' },
    }
  }
  const { database, worker } = health.services
  return {
    api: { state: 'ok', text: `answers in ${health.durationMs} ms` },
    database: database ? { state: 'ok', text: 'connected' } : { state: 'down', text: 'not reachable' },
    worker: workerPart(worker),
  }
}

/** A node without a worker says nothing about one, and lacks nothing. */
function workerPart(worker) {
  if (worker === undefined) return { state: 'ok', text: 'on another node' }
  return worker ? { state: 'ok', text: 'running' } : { state: 'down', text: 'not running' }
}

function headlineOf(state, health) {
  if (state === 'ok') return 'Everything is in order'
  if (state === 'unreachable') return 'The server does not answer'
  const missing = ['database', 'worker'].filter((name) => health.services[name] === false)
  if (missing.length === 0) return 'Running, but not everything is in order'
  return `Running without ${missing.map((name) => `the ${name}`).join(' and ')}`
}

function detailsOf({ uptimeSeconds, version }) {
  return `Version ${version}, up for ${durationOf(uptimeSeconds)}`
}

function durationOf(seconds) {
  const units = [
    ['day', 86_400],
    ['hour', 3600],
    ['minute', 60],
    ['second', 1],
  ]
  const [unit, size] = units.find(([, each]) => seconds >= each) ?? ['second', 1]
  const count = Math.floor(seconds / size)
  return `${count} ${unit}${count === 1 ? '' : 's'}`
}

function showPart(name, { state, text }) {
  const part = document.querySelector(`[data-part=${name}]`)
  part.dataset.state = state
  setText(part.querySelector('[data-part-state]'), text)
}

function showAge(updatedAt) {
  const seconds = Math.floor((performance.now() - updatedAt) / 1000)
  setText(document.querySelector('[data-age]'), `updated ${seconds} s ago`)
}

/** Writes only what changed, so that a screen reader hears of changes and not of every refresh. */
function setText(target, text) {
  if (target.textContent !== text) target.textContent = text
}
