import { defineErrors } from '../define/index.js'

export const signingKeyErrors = defineErrors({
  rotation_in_progress: {
    status: 409,
    title: 'Rotation in progress',
    detail: 'A signing key is published and not yet in use. Wait until {activatesAt}.',
  },
})
