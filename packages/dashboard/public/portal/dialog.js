import { element } from '../element.js'

/** Shows a dialog with a heading, and removes it when it is closed; the browser gives the focus back. */
export function openDialog({ title, lasting = false }, ...children) {
  const heading = element('h2', { id: 'dialog-title' }, title)
  const dialog = element(
    'dialog',
    { 'aria-labelledby': heading.id, closedby: lasting ? 'none' : 'closerequest' },
    heading,
    ...children,
  )
  document.body.append(dialog)
  dialog.addEventListener('close', () => {
    if (!lasting || dialog.returnValue === 'done') dialog.remove()
    // Browsers that close it all the same when Escape is pressed twice show it again.
    else if (dialog.isConnected) dialog.showModal()
  })
  if (lasting) dialog.addEventListener('cancel', (event) => event.preventDefault())
  dialog.showModal()
  return dialog
}

/** A place in a dialog for what went wrong. It is there from the beginning, so that it is read out when it fills. */
export function alarmIn() {
  return element('p', { class: 'alarm', role: 'alert', hidden: true })
}

/** Runs the work of a form with its buttons disabled; says in the dialog why it failed. */
export async function busy(form, alarm, work) {
  const buttons = [...form.querySelectorAll('button')]
  alarm.hidden = true
  form.setAttribute('aria-busy', 'true')
  for (const button of buttons) button.disabled = true
  try {
    return await work()
  } finally {
    form.removeAttribute('aria-busy')
    for (const button of buttons) button.disabled = false
  }
}

export function say(alarm, text) {
  alarm.textContent = text
  alarm.hidden = false
}
