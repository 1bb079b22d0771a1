/**
 * The page on which people manage their own API keys. The token of its link is in the fragment, which no server sees;
 * it is exchanged once for a cookie that only the server reads, and that opens nothing but what is on this page.
 */
import { element } from '../element.js'
import { ask, askAll, Over } from './ask.js'
import { drawKeys } from './keys-view.js'

const content = document.querySelector('[data-content]')
const back = document.querySelector('[data-back]')
const link = new URLSearchParams(location.hash.slice(1))
// What is in the address bar ends up in the history and on screenshots.
history.replaceState(null, '', location.pathname)
// A link that is followed on this page changes nothing but the fragment.
addEventListener('hashchange', () => location.reload())

const tabs = new BroadcastChannel('claviger-portal')

async function open() {
  const token = link.get('token')
  if (!token) return ask('session')
  const opened = await ask('session', {
    method: 'POST',
    body: { token },
    environment: link.get('environment'),
  })
  // The cookie is one for the browser: what another tab shows is not what it would change any more.
  tabs.postMessage('opened')
  return opened
}

async function start() {
  const { portalSession } = await open()
  tabs.addEventListener(
    'message',
    whenNoSecretIsShown(() =>
      close('Opened in another tab', 'Another link to this page was opened in this browser. Go on there.'),
    ),
  )
  drawBack(portalSession.returnUrl)
  const [keys, apis] = await Promise.all([askAll('api-keys', 'apiKeys'), askAll('apis', 'apis')])
  drawKeys(content, { session: portalSession, keys, apis, onFailure: explain })
  content.removeAttribute('aria-busy')
}

/** A secret that the person does not have yet is taken away by nothing. */
function whenNoSecretIsShown(act) {
  return () => {
    const dialog = document.querySelector('dialog:has([data-secret])')
    if (!dialog) return act()
    dialog.addEventListener('close', () => dialog.returnValue === 'done' && act())
  }
}

function drawBack(returnUrl) {
  if (!returnUrl) return
  back.replaceChildren(element('a', { class: 'back', href: returnUrl }, `Back to ${new URL(returnUrl).host}`))
}

/** In place of the keys, because nothing can be done with them any more. */
function close(title, ...paragraphs) {
  for (const dialog of document.querySelectorAll('dialog')) dialog.remove()
  document.title = title
  const heading = element('h1', { tabindex: -1 }, title)
  content.replaceChildren(
    element('div', { class: 'closed' }, heading, ...paragraphs.map((text) => element('p', {}, text))),
  )
  content.removeAttribute('aria-busy')
  heading.focus()
}

/** Says what kept the page from going on, where that is for the whole page to say. */
function explain(error) {
  if (error instanceof Over) {
    close(
      'This page is closed',
      'Links to it work once, and the page stays open for half an hour.',
      'Go back to where you came from and open it from there again.',
    )
  } else {
    close('Something is in the way', error.message)
  }
}

start().catch(explain)
