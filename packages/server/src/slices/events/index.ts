import { listEvents } from './list-events.js'
import { listInstanceEvents } from './list-instance-events.js'

export const endpoints = [listEvents, listInstanceEvents]

export { presentEvent } from './present.js'
export { listEventsAbout } from './store.js'
