import { listEvents } from './list-events.js'

export const endpoints = [listEvents]

export { presentEvent } from './present.js'
export { listEventsAbout } from './store.js'
