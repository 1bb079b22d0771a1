import { element } from '../element.js'
import { ask, Over } from './ask.js'
import { alarmIn, busy, openDialog, say } from './dialog.js'

const dayMs = 86_400_000
const spans = [
  ['30', 'In 30 days'],
  ['90', 'In 90 days'],
  ['365', 'In a year'],
  ['date', 'On a day…'],
  ['never', 'Never'],
]

/** Asks what the key is to be, and makes it; undefined where the person thought better of it. */
export function askForKey({ apis, session, onOver }) {
  return new Promise((resolve) => {
    const alarm = alarmIn()
    const name = field('Name', {
      hint: 'What will use it, so that you recognise it later: “Nightly report”.',
      control: element('input', {
        name: 'name',
        maxlength: 100,
        autocomplete: 'off',
        required: true,
        autofocus: true,
      }),
    })
    const api = field('API', {
      control: element(
        'select',
        { name: 'api', on: { change: drawScopes } },
        apis.map(({ id, name }) => element('option', { value: id }, name)),
      ),
    })
    const scopes = element('fieldset', { class: 'choices' })
    const date = field('Last day', {
      control: element('input', { name: 'date', type: 'date', min: isoDay(Date.now() + dayMs) }),
    })
    date.whole.hidden = true
    const expiry = field('Expires', {
      control: element(
        'select',
        { name: 'expiry', on: { change: drawDate } },
        spans.map(([value, label]) => element('option', { value, selected: value === '90' }, label)),
      ),
    })
    const form = element(
      'form',
      { novalidate: true, on: { submit } },
      name.whole,
      apis.length > 1 && api.whole,
      scopes,
      element('div', { class: 'side-by-side' }, expiry.whole, date.whole),
      alarm,
      element(
        'div',
        { class: 'dialog-actions' },
        element('button', { class: 'button', type: 'button', on: { click: () => dialog.close() } }, 'Cancel'),
        element('button', { class: 'button primary', type: 'submit' }, 'Make key'),
      ),
    )
    drawScopes()
    const title = session.organization ? `New key for ${session.organization.name}` : 'New key'
    const dialog = openDialog({ title }, form)
    let made
    dialog.addEventListener('close', () => resolve(made))

    function chosenApi() {
      return apis.find(({ id }) => id === api.control.value) ?? apis[0]
    }

    function drawScopes() {
      const { name, scopes: offered } = chosenApi()
      scopes.replaceChildren(
        element('legend', {}, 'What it may do'),
        ...(offered.length > 0
          ? [element('p', { class: 'hint' }, 'As little as its program needs.'), ...offered.map(choice)]
          : [element('p', { class: 'hint' }, `${name} has no scopes: its keys are all alike.`)]),
      )
    }

    function drawDate() {
      date.whole.hidden = expiry.control.value !== 'date'
      if (!date.whole.hidden) date.control.focus()
    }

    async function submit(event) {
      event.preventDefault()
      name.complain(name.control.value.trim() === '' ? 'Give the key a name.' : '')
      date.complain(
        expiry.control.value === 'date' && !(endOf(date.control.value) > Date.now())
          ? 'Choose a day that is still to come.'
          : '',
      )
      const wrong = [name, date].find(({ isWrong }) => isWrong())
      if (wrong) return wrong.control.focus()
      const body = {
        apiId: chosenApi().id,
        name: name.control.value.trim(),
        scopes: [...scopes.querySelectorAll('input:checked')].map(({ value }) => value),
        expiresAt: expiresAt(expiry.control.value, date.control.value),
      }
      try {
        made = await busy(form, alarm, () => ask('api-keys', { method: 'POST', body }))
        dialog.close()
      } catch (error) {
        if (error instanceof Over) onOver(error)
        else say(alarm, error.message)
      }
    }
  })
}

function choice({ key, description }, index) {
  const hint = description && element('span', { class: 'hint', id: `scope-hint-${index}` }, description)
  return element(
    'div',
    { class: 'choice' },
    element('input', {
      type: 'checkbox',
      id: `scope-${index}`,
      value: key,
      'aria-describedby': hint ? hint.id : undefined,
    }),
    element('div', {}, element('label', { for: `scope-${index}` }, element('code', {}, key)), hint),
  )
}

/** A control with its label, what it is good for, and what is wrong with it. */
function field(label, { control, hint }) {
  const id = `field-${control.name}`
  control.id = id
  const help = hint && element('p', { class: 'hint', id: `${id}-hint` }, hint)
  const problem = element('p', { class: 'problem', id: `${id}-problem`, hidden: true })
  control.setAttribute('aria-describedby', [help?.id, problem.id].filter(Boolean).join(' '))
  return {
    control,
    whole: element(
      'div',
      { class: 'field-group' },
      element('label', { for: id }, label),
      help,
      control,
      problem,
    ),
    complain(text) {
      problem.textContent = text
      problem.hidden = text === ''
      control.setAttribute('aria-invalid', String(text !== ''))
    },
    isWrong: () => !problem.hidden,
  }
}

function expiresAt(span, date) {
  if (span === 'never') return null
  return new Date(span === 'date' ? endOf(date) : Date.now() + Number(span) * dayMs).toISOString()
}

/** The last instant of a day, as the person's clock has it. */
function endOf(date) {
  return new Date(`${date}T23:59:59`).getTime()
}

function isoDay(ms) {
  const at = new Date(ms)
  return [at.getFullYear(), at.getMonth() + 1, at.getDate()]
    .map((part) => String(part).padStart(2, '0'))
    .join('-')
}
