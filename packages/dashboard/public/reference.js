import { errorsSection, eventsSection } from './catalogue-view.js'
import { linkContents } from './contents.js'
import { element } from './element.js'
import { introduction } from './introduction-view.js'
import { openDocument } from './open-document.js'
import { tagSection } from './operation-view.js'

const main = document.querySelector('main')

try {
  const api = await openDocument('openapi.json')
  draw(api)
} catch (problem) {
  main
    .querySelector('[data-loading]')
    .replaceWith(
      element(
        'p',
        { class: 'note', role: 'alert' },
        `The API document could not be read: ${problem.message}`,
      ),
    )
} finally {
  main.removeAttribute('aria-busy')
}

function draw(api) {
  const sections = api.tags.map((tag) => tagSection(tag, api))
  main.replaceChildren(introduction(api), ...sections, errorsSection(api), eventsSection(api))
  linkContents(api)
  showTarget()
  addEventListener('hashchange', showTarget)
}

/** What the address names did not exist when the browser looked for it, so the page goes there itself. */
function showTarget() {
  const name = decodeURIComponent(location.hash.slice(1))
  const target = name && document.getElementById(name)
  if (!target) return
  for (const closed of closedAround(target)) closed.open = true
  target.scrollIntoView()
  target.focus({ preventScroll: true })
}

function* closedAround(target) {
  for (let at = target; at; at = at.parentElement) if (at instanceof HTMLDetailsElement) yield at
}
