import { defineErrors } from '../define/index.js'

export const textMessageErrors = defineErrors({
  text_message_not_found: {
    status: 404,
    title: 'Text message not found',
    detail: 'Text message not found',
  },
})
