import { defineEvents, Wrapped } from '../define/index.js'
import { Environment } from './schemas.js'

export const environmentEvents = defineEvents({
  'environment.updated': {
    summary: 'Settings of an environment changed.',
    data: Wrapped('environment', Environment),
  },
})
