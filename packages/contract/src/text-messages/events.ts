import { defineEvents, Wrapped } from '../define/index.js'
import { TextMessage } from './schemas.js'

const data = Wrapped('textMessage', TextMessage)

export const textMessageEvents = defineEvents({
  'text_message.queued': { summary: 'A text message was written and is to be sent.', data },
  'text_message.sent': { summary: 'The hook took a text message.', data },
  'text_message.failed': { summary: 'A text message was given up.', data },
})
