import Type from 'typebox'
import { administrator, defineRoute, Page, PhoneNumber, pageQuery, Wrapped } from '../define/index.js'
import { textMessageErrors } from './errors.js'
import { TextMessage, TextMessageWithBody } from './schemas.js'

export const listTextMessages = defineRoute({
  id: 'textMessages.list',
  method: 'GET',
  path: '/v1/admin/text-messages',
  summary: 'List text messages to users, newest first',
  access: administrator('text_messages:read'),
  query: Type.Object({ ...pageQuery, to: Type.Optional(PhoneNumber) }),
  status: 200,
  response: Page('textMessages', TextMessage),
  errors: [],
  emits: [],
})

export const getTextMessage = defineRoute({
  id: 'textMessages.get',
  method: 'GET',
  path: '/v1/admin/text-messages/:textMessageId',
  summary: 'Get a text message with what it says',
  description: 'What it says is erased once it is sent, because its code is good for signing in.',
  access: administrator('text_messages:read'),
  params: { textMessageId: textMessageErrors.text_message_not_found },
  status: 200,
  response: Wrapped('textMessage', TextMessageWithBody),
  errors: [],
  emits: [],
})
