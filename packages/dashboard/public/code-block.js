import { element } from './element.js'

/** Code with a button that copies it. `label` says to a screen reader what the code is. */
export function codeBlock(text, label) {
  const pre = plainBlock(text)
  return element(
    'div',
    { class: 'code' },
    pre,
    copyButton(() => pre, label),
  )
}

/** Code alone, for who shows a button of its own. */
export function plainBlock(text) {
  return element('pre', {}, element('code', {}, highlighted(text)))
}

/** A button that copies the block which `shown` gives at the moment of the click. */
export function copyButton(shown, label) {
  const button = element('button', { class: 'copy', type: 'button', 'aria-label': `Copy ${label}` }, 'Copy')
  let timer
  button.addEventListener('click', async () => {
    const copied = await copy(shown())
    button.textContent = copied ? 'Copied' : 'Press Ctrl+C'
    announce(copied ? `Copied ${label}` : 'Selected. Press Ctrl+C to copy.')
    clearTimeout(timer)
    timer = setTimeout(() => {
      button.textContent = 'Copy'
    }, 2000)
  })
  return button
}

async function copy(block) {
  try {
    await navigator.clipboard.writeText(block.textContent)
    return true
  } catch {
    // Browsers give the clipboard only to secure pages; on plain http the person copies the selection.
    getSelection()?.selectAllChildren(block)
    return false
  }
}

function announce(message) {
  const live = document.querySelector('[data-announcements]')
  if (live) live.textContent = message
}

/** Strings and names of fields in colour, which is as much as an example of ten lines needs. */
function highlighted(text) {
  const tokens =
    /("(?:[^"\\\n]|\\.)*")(?=\s*:)|("(?:[^"\\\n]|\\.)*"|'(?:[^'\\]|\\.)*')|(^[ \t]*(?:#|\/\/).*$)/gm
  const parts = []
  let end = 0
  for (const match of text.matchAll(tokens)) {
    const [token, field, string] = match
    const kind = field ? 'field' : string ? 'string' : 'comment'
    parts.push(text.slice(end, match.index), element('span', { class: `token-${kind}` }, token))
    end = match.index + token.length
  }
  return [...parts, text.slice(end)]
}
