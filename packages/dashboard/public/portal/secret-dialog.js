import { element } from '../element.js'
import { openDialog } from './dialog.js'

const words = {
  created: 'Your new key',
  rotated: 'The new secret',
}

/** Shows a secret, this once, until the person says to have it. */
export function showSecret({ apiKey, secret }, how) {
  return new Promise((resolve) => {
    const code = element(
      'code',
      {
        class: 'secret',
        tabindex: 0,
        role: 'textbox',
        'aria-readonly': 'true',
        'aria-label': 'Key',
        data: { secret: '' },
      },
      secret,
    )
    const feedback = element('p', { class: 'feedback', role: 'status' })
    const copy = element('button', { class: 'button primary', type: 'button', autofocus: true }, 'Copy key')
    const done = element('button', { class: 'button', type: 'submit', value: 'done' }, 'I have stored it')
    copy.addEventListener('click', async () => {
      const isCopied = await copied(secret)
      if (!isCopied) getSelection()?.selectAllChildren(code)
      copy.textContent = isCopied ? 'Copied' : 'Copy key'
      // What is to be done next.
      copy.classList.remove('primary')
      done.classList.add('primary')
      feedback.textContent = isCopied
        ? 'The key is in the clipboard. Paste it where your program keeps its secrets.'
        : 'This browser does not let the page copy. The key is selected: press Ctrl+C, or ⌘C.'
    })
    const dialog = openDialog(
      { title: `${words[how]} for “${apiKey.name}”`, lasting: true },
      element(
        'form',
        { method: 'dialog' },
        element('p', {}, 'Copy it now. It is not shown again, and nobody can look it up for you.'),
        code,
        element('div', { class: 'copying' }, copy, feedback),
        element('div', { class: 'dialog-actions' }, done),
      ),
    )
    addEventListener('beforeunload', warn)
    dialog.addEventListener('close', () => {
      if (dialog.returnValue !== 'done') return
      removeEventListener('beforeunload', warn)
      resolve()
    })
  })
}

function warn(event) {
  event.preventDefault()
}

async function copied(text) {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    // Browsers give the clipboard to secure pages only, and only where the person lets them.
    return false
  }
}
