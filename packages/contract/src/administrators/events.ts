import { defineEvents, Wrapped } from '../define/index.js'
import { Administrator } from './schemas.js'

const data = Wrapped('administrator', Administrator)

export const administratorEvents = defineEvents({
  'administrator.created': { summary: 'The first administrator set the installation up.', data },
  'administrator.invited': { summary: 'Somebody was invited to administer, or was mailed anew.', data },
  'administrator.joined': { summary: 'An invitation to administer was accepted.', data },
  'administrator.updated': { summary: 'The role or the projects of an administrator changed.', data },
  'administrator.deleted': { summary: 'An administrator is none any more.', data },
  'administrator.recovery_requested': {
    summary: 'The operator made a link that sets the password of an administrator.',
    data,
  },
  'administrator.recovered': { summary: 'An administrator came back by the link of the operator.', data },
})
