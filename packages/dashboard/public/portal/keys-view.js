import { element } from '../element.js'
import { ask } from './ask.js'
import { confirmed } from './confirm-dialog.js'
import { askForKey } from './new-key-dialog.js'
import { showSecret } from './secret-dialog.js'
import { day, fromNow } from './time.js'

const states = {
  active: 'Active',
  disabled: 'Disabled',
  expired: 'Expired',
  owner_disabled: 'Owner disabled',
  revoked: 'Revoked',
}
/** What cannot be made to work again. */
const isEnded = ({ status }) => status === 'revoked' || status === 'expired'

/** Draws the keys and does with them what the person asks for; `onFailure` is told when the portal is closed. */
export function drawKeys(content, { session, keys, apis, onFailure }) {
  const byId = new Map(keys.map((key) => [key.id, key]))
  const names = new Map(apis.map(({ id, name }) => [id, name]))
  const said = element('p', { class: 'said', role: 'status' })
  const list = element('div', {})
  const newKey = element(
    'button',
    { class: 'button primary', type: 'button', on: { click: create } },
    'New key',
  )

  content.replaceChildren(head(), said, list)
  draw()

  function head() {
    const { organization, user } = session
    const who = user.email ?? user.username
    return element(
      'div',
      { class: 'portal-head' },
      element(
        'div',
        {},
        element('h1', {}, 'API keys'),
        element(
          'p',
          { class: 'whose' },
          organization
            ? [element('strong', {}, organization.name), who && element('span', {}, `managed by ${who}`)]
            : (who ?? 'Yours'),
        ),
      ),
      newKey,
    )
  }

  function draw() {
    const all = [...byId.values()].sort((a, b) => b.createdAt.localeCompare(a.createdAt))
    const ended = all.filter(isEnded)
    const usable = all.filter((key) => !isEnded(key))
    // Where there is none, what teaches has the button.
    newKey.hidden = usable.length === 0
    // What is open stays open.
    const wasOpen = list.querySelector('details')?.open
    list.replaceChildren(
      ...(usable.length > 0
        ? [element('ul', { class: 'keys' }, usable.map(item))]
        : [empty(ended.length > 0)]),
    )
    if (ended.length === 0) return
    const summary = element('summary', {}, `Ended keys (${ended.length})`)
    list.append(
      element(
        'details',
        { class: 'ended', open: wasOpen },
        summary,
        element('ul', { class: 'keys' }, ended.map(item)),
      ),
    )
  }

  /** Teaches what a key is good for, where there is none to look at. */
  function empty(hadSome) {
    if (apis.length === 0) {
      return element(
        'div',
        { class: 'empty' },
        element('h2', {}, 'There is no API to make keys for yet'),
        element('p', {}, 'Once there is one, this is where you make keys for it.'),
      )
    }
    const whose = session.organization ? session.organization.name : 'you'
    const api = apis.length === 1 ? apis[0].name : 'our APIs'
    return element(
      'div',
      { class: 'empty' },
      keyMark(),
      element('h2', {}, hadSome ? 'No key works at the moment' : 'No keys yet'),
      element('p', {}, `With a key, a program calls ${api} for ${whose}, without anybody’s password.`),
      element(
        'ol',
        {},
        element(
          'li',
          {},
          element('strong', {}, 'Give every program a key of its own.'),
          ' Then one can be replaced without touching the others.',
        ),
        element(
          'li',
          {},
          element('strong', {}, 'Store it as you store a password.'),
          ' You see it once, and it has no place in a web page or a repository.',
        ),
        element(
          'li',
          {},
          element('strong', {}, 'Rotate it when it may have leaked.'),
          ' The old one stops working at once.',
        ),
      ),
      element(
        'button',
        { class: 'button primary', type: 'button', on: { click: create } },
        hadSome ? 'Make a key' : 'Make your first key',
      ),
    )
  }

  function item(key) {
    const { id, name, status, scopes, prefix, suffix, userId, organizationId } = key
    const isOfMember = userId !== null && organizationId !== null && session.organization !== null
    const act = (label, handle, kind = '') =>
      element(
        'button',
        {
          class: `button small ${kind}`,
          type: 'button',
          'aria-label': `${label} ${name}`,
          on: { click: handle },
        },
        label,
      )
    return element(
      'li',
      { class: 'key-item', data: { status } },
      element(
        'div',
        { class: 'key-head' },
        element('h2', { id: `key-${id}`, tabindex: -1 }, name),
        element('span', { class: 'state', data: { status } }, states[status] ?? status),
      ),
      element(
        'p',
        { class: 'key-facts' },
        element('code', {}, prefix === null ? '…' : `${prefix}…${suffix ?? ''}`),
        names.has(key.apiId) && element('span', {}, names.get(key.apiId)),
        isOfMember && element('span', {}, 'Key of a member'),
      ),
      element(
        'ul',
        { class: 'scopes', 'aria-label': 'Scopes' },
        scopes.length > 0
          ? scopes.map((scope) => element('li', {}, element('code', {}, scope)))
          : element('li', { class: 'none' }, 'No scopes'),
      ),
      element(
        'p',
        { class: 'key-times' },
        times(key).map((part) => element('span', {}, part)),
      ),
      !isEnded(key) &&
        element(
          'div',
          { class: 'key-actions' },
          // The secret of a member is nobody else's.
          !isOfMember && act('Rotate', () => rotate(key)),
          act('Revoke', () => revoke(key), 'danger'),
        ),
    )
  }

  function times({ status, createdAt, lastVerifiedAt, expiresAt, revokedAt }) {
    return [
      lastVerifiedAt ? ['Last used ', fromNow(lastVerifiedAt)] : 'Never used',
      status === 'revoked'
        ? ['Revoked ', day(revokedAt)]
        : expiresAt
          ? [status === 'expired' ? 'Expired ' : 'Expires ', day(expiresAt)]
          : 'Does not expire',
      ['Made ', day(createdAt)],
    ]
  }

  async function create() {
    const made = await askForKey({ apis, session, onOver: onFailure })
    if (!made) return
    byId.set(made.apiKey.id, made.apiKey)
    draw()
    await showSecret(made, 'created')
    finish(made.apiKey, `“${made.apiKey.name}” is ready to use.`)
  }

  async function rotate(key) {
    const made = await confirmed({
      title: `Rotate “${key.name}”?`,
      text: `It gets a new secret. The one that begins with ${key.prefix ?? '…'} stops working at once, so have the new one ready to put in its place.`,
      action: 'Rotate key',
      run: () => ask(`api-keys/${key.id}/rotate`, { method: 'POST' }),
      onOver: onFailure,
    })
    if (!made) return
    byId.set(key.id, made.apiKey)
    draw()
    await showSecret(made, 'rotated')
    finish(made.apiKey, `“${key.name}” has a new secret.`)
  }

  async function revoke(key) {
    const done = await confirmed({
      title: `Revoke “${key.name}”?`,
      text: `The key that begins with ${key.prefix ?? '…'} stops working at once, for good. Programs that still use it are refused.`,
      action: 'Revoke key',
      isDangerous: true,
      run: () => ask(`api-keys/${key.id}/revoke`, { method: 'POST' }),
      onOver: onFailure,
    })
    if (!done) return
    byId.set(key.id, done.apiKey)
    draw()
    finish(done.apiKey, `“${key.name}” is revoked.`)
  }

  /** Says what has been done, and leaves the focus at what it was done with. */
  function finish(key, text) {
    said.textContent = text
    const heading = document.getElementById(`key-${key.id}`)
    const hidden = heading?.closest('details:not([open])')
    ;(hidden ? hidden.querySelector('summary') : heading)?.focus()
  }
}

const svg = 'http://www.w3.org/2000/svg'

/** The mark of the first page: bow, blade and two bits. */
function keyMark() {
  const mark = document.createElementNS(svg, 'svg')
  mark.setAttribute('viewBox', '0 0 24 24')
  mark.setAttribute('aria-hidden', 'true')
  mark.setAttribute('class', 'mark')
  const bow = document.createElementNS(svg, 'circle')
  for (const [name, value] of Object.entries({ cx: 6.5, cy: 10.5, r: 4 })) bow.setAttribute(name, value)
  const blade = document.createElementNS(svg, 'path')
  blade.setAttribute('d', 'M10.5 10.5H23M16.5 10.5v6M21.5 10.5v4')
  mark.append(bow, blade)
  return mark
}
