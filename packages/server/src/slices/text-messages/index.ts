import { getTextMessage } from './get-text-message.js'
import { listTextMessages } from './list-text-messages.js'

export const endpoints = [listTextMessages, getTextMessage]

export { createTextMessageDelivery, type OutgoingTextMessage, type TextMessenger } from './delivery.js'
export { pretendTextMessage, queueTextMessage } from './queue-text-message.js'
