import { element } from '../element.js'

const days = new Intl.DateTimeFormat('en', { dateStyle: 'medium' })
const instants = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' })
const distances = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })
const units = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
]

/** A day, with the minute for whoever points at it. */
export function day(iso) {
  return element('time', { datetime: iso, title: instants.format(new Date(iso)) }, days.format(new Date(iso)))
}

/** How long ago it was. */
export function fromNow(iso) {
  const seconds = (Date.parse(iso) - Date.now()) / 1000
  const [unit, size] = units.find(([, size]) => Math.abs(seconds) >= size) ?? []
  const text = unit ? distances.format(Math.trunc(seconds / size), unit) : 'just now'
  return element('time', { datetime: iso, title: instants.format(new Date(iso)) }, text)
}
