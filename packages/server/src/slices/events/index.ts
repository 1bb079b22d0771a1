import { listEvents } from './list-events.js'

export const endpoints = [listEvents]
