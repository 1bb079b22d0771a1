import { element } from '../element.js'
import { Over } from './ask.js'
import { alarmIn, busy, openDialog, say } from './dialog.js'

/** Asks before something that cannot be taken back, and does it; undefined where the person thought better of it. */
export function confirmed({ title, text, action, isDangerous = false, run, onOver }) {
  return new Promise((resolve) => {
    const alarm = alarmIn()
    const form = element(
      'form',
      { method: 'dialog' },
      element('p', { id: 'dialog-text' }, text),
      alarm,
      element(
        'div',
        { class: 'dialog-actions' },
        element('button', { class: 'button', type: 'submit', value: 'cancel', autofocus: true }, 'Cancel'),
        element(
          'button',
          { class: `button ${isDangerous ? 'grave' : 'primary'}`, type: 'button', on: { click } },
          action,
        ),
      ),
    )
    const dialog = openDialog({ title }, form)
    dialog.setAttribute('aria-describedby', 'dialog-text')
    let outcome
    dialog.addEventListener('close', () => resolve(outcome))

    async function click() {
      try {
        outcome = await busy(form, alarm, run)
        dialog.close()
      } catch (error) {
        if (error instanceof Over) onOver(error)
        else say(alarm, error.message)
      }
    }
  })
}
