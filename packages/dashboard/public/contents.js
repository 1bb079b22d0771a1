import { element } from './element.js'
import { methodBadge } from './operation-view.js'

const nav = document.querySelector('#contents')
const filter = document.querySelector('#filter')
const toggle = document.querySelector('.contents-toggle')

/** Fills the list of contents and keeps it in step with what is read. */
export function linkContents(api) {
  nav.querySelector('[data-contents]').append(
    group('Start', [
      list([
        page('introduction', 'Introduction'),
        page('credentials', 'Credentials'),
        page('client', 'Client'),
      ]),
    ]),
    ...api.groups.map(({ name, tags }) =>
      group(
        name,
        tags.map((tag) => tagList(tag, api)),
      ),
    ),
    group('Beyond the calls', [list([page('errors', 'Errors'), page('event-types', 'Event types')])]),
  )
  nav.querySelector('.filter').hidden = false
  toggle.hidden = false
  listenToFilter()
  listenToPanel()
  followReading()
}

function group(name, lists) {
  return element('section', { class: 'contents-group' }, element('h2', {}, name), lists)
}

function tagList(name, api) {
  const tag = api.tags.find((each) => each.name === name)
  if (!tag) return undefined
  return element(
    'div',
    { class: 'contents-tag' },
    element('h3', {}, element('a', { href: `#tag-${name}` }, tag.title)),
    list(tag.operations.map(operationEntry)),
  )
}

function list(entries) {
  return element('ul', {}, entries)
}

function page(id, title) {
  return element('li', { data: { words: title.toLowerCase() } }, element('a', { href: `#${id}` }, title))
}

function operationEntry({ id, method, path, summary }) {
  const words = `${id} ${method} ${path} ${summary}`.toLowerCase()
  return element(
    'li',
    { data: { words } },
    element(
      'a',
      { href: `#${id}`, title: summary },
      element('span', {}, id.slice(id.indexOf('.') + 1)),
      methodBadge(method),
    ),
  )
}

function listenToFilter() {
  filter.addEventListener('input', narrow)
  filter.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') {
      filter.value = ''
      narrow()
    }
    if (event.key === 'Enter') shownLinks()[0]?.click()
  })
  addEventListener('keydown', (event) => {
    if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey) return
    if (event.target.closest('input, textarea, select')) return
    event.preventDefault()
    open(true)
    filter.focus()
    filter.select()
  })
}

/** Shows the entries that contain every word of the filter; a chapter without any goes too. */
function narrow() {
  const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean)
  for (const entry of nav.querySelectorAll('li')) {
    entry.hidden = !words.every((word) => entry.dataset.words.includes(word))
  }
  for (const chapter of nav.querySelectorAll('.contents-tag, .contents-group')) {
    chapter.hidden = !chapter.querySelector('li:not([hidden])')
  }
  const count = shownLinks().length
  document.querySelector('[data-announcements]').textContent = `${count} match${count === 1 ? '' : 'es'}`
}

function shownLinks() {
  return [...nav.querySelectorAll('li:not([hidden]) a')]
}

/** On a narrow page the contents are a panel, which closes when it has served. */
function listenToPanel() {
  toggle.addEventListener('click', () => open(toggle.getAttribute('aria-expanded') !== 'true'))
  nav.addEventListener('click', ({ target }) => target.closest('a') && open(false))
  addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || toggle.getAttribute('aria-expanded') !== 'true') return
    open(false)
    toggle.focus()
  })
}

function open(isOpen) {
  toggle.setAttribute('aria-expanded', String(isOpen))
}

/** Marks the entry of what is at the top of the page. */
function followReading() {
  const links = new Map([...nav.querySelectorAll('a')].map((link) => [link.hash.slice(1), link]))
  const targets = [...links.keys()].map((id) => document.getElementById(id)).filter(Boolean)
  let current
  const mark = () => {
    const top =
      targets.findLast((target) => target.getBoundingClientRect().top <= innerHeight / 4) ?? targets[0]
    const link = links.get(top?.id)
    if (link === current) return
    current?.removeAttribute('aria-current')
    link?.setAttribute('aria-current', 'true')
    keepInSight(link)
    current = link
  }
  let isWaiting = false
  addEventListener('scroll', () => {
    if (isWaiting) return
    isWaiting = true
    requestAnimationFrame(() => {
      isWaiting = false
      mark()
    })
  })
  mark()
}

/** Scrolls the list alone; scrollIntoView would also move the page that is being read. */
function keepInSight(link) {
  if (!link) return
  const frame = nav.getBoundingClientRect()
  const { bottom, top } = link.getBoundingClientRect()
  if (top < frame.top + 80) nav.scrollBy({ top: top - frame.top - 80 })
  else if (bottom > frame.bottom - 40) nav.scrollBy({ top: bottom - frame.bottom + 40 })
}
