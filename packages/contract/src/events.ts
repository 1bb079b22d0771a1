import { administratorEvents } from './administrators/events.js'
import { apiKeyEvents } from './api-keys/events.js'
import { apiEvents } from './apis/events.js'
import { applicationEvents } from './applications/events.js'
import { deviceEvents } from './devices/events.js'
import { emailEvents } from './emails/events.js'
import { environmentEvents } from './environments/events.js'
import { erasureEvents } from './erasures/events.js'
import { identityProviderEvents } from './identity-providers/events.js'
import { importEvents } from './imports/events.js'
import { invitationEvents } from './invitations/events.js'
import { lockoutEvents } from './lockouts/events.js'
import { membershipEvents } from './memberships/events.js'
import { organizationEvents } from './organizations/events.js'
import { passkeyEvents } from './passkeys/events.js'
import { portalLinkEvents } from './portal-links/events.js'
import { projectEvents } from './projects/events.js'
import { secondFactorEvents } from './second-factors/events.js'
import { secretKeyEvents } from './secret-keys/events.js'
import { sessionEvents } from './sessions/events.js'
import { signingKeyEvents } from './signing-keys/events.js'
import { textMessageEvents } from './text-messages/events.js'
import { userEvents } from './users/events.js'

/** Every event the server may record, by type. */
export const events = {
  ...administratorEvents,
  ...apiEvents,
  ...apiKeyEvents,
  ...applicationEvents,
  ...deviceEvents,
  ...emailEvents,
  ...environmentEvents,
  ...erasureEvents,
  ...identityProviderEvents,
  ...importEvents,
  ...invitationEvents,
  ...lockoutEvents,
  ...membershipEvents,
  ...organizationEvents,
  ...passkeyEvents,
  ...portalLinkEvents,
  ...projectEvents,
  ...secondFactorEvents,
  ...secretKeyEvents,
  ...sessionEvents,
  ...signingKeyEvents,
  ...textMessageEvents,
  ...userEvents,
}
export type EventType = keyof typeof events
