import { defineEvents, Wrapped } from '../define/index.js'
import { Environment } from './schemas.js'

const data = Wrapped('environment', Environment)

export const environmentEvents = defineEvents({
  'environment.created': { summary: 'A project has an environment more.', data },
  'environment.updated': { summary: 'Settings of an environment changed.', data },
  'environment.purge_requested': { summary: 'The removal of an environment for good was confirmed.', data },
})
