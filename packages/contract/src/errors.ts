import { administratorErrors } from './administrators/errors.js'
import { apiKeyTokenErrors } from './api-key-tokens/errors.js'
import { apiKeyErrors } from './api-keys/errors.js'
import { apiErrors } from './apis/errors.js'
import { applicationErrors } from './applications/errors.js'
import { authenticationErrors, passwordErrors } from './authentication/errors.js'
import { deviceErrors } from './devices/errors.js'
import { emailErrors } from './emails/errors.js'
import { environmentErrors } from './environments/errors.js'
import { erasureErrors } from './erasures/errors.js'
import { identityProviderErrors } from './identity-providers/errors.js'
import { invitationErrors } from './invitations/errors.js'
import { memberErrors } from './memberships/errors.js'
import { organizationErrors } from './organizations/errors.js'
import { passkeyErrors } from './passkeys/errors.js'
import { portalErrors } from './portal-links/errors.js'
import { projectErrors } from './projects/errors.js'
import { secondFactorErrors } from './second-factors/errors.js'
import { secretKeyErrors } from './secret-keys/errors.js'
import { sessionErrors } from './sessions/errors.js'
import { signingKeyErrors } from './signing-keys/errors.js'
import { systemErrors } from './system/errors.js'
import { textMessageErrors } from './text-messages/errors.js'
import { tokenErrors } from './tokens/errors.js'
import { userErrors } from './users/errors.js'

/** Every error the server may answer, by code. */
export const errors = {
  ...administratorErrors,
  ...apiErrors,
  ...apiKeyErrors,
  ...apiKeyTokenErrors,
  ...applicationErrors,
  ...authenticationErrors,
  ...deviceErrors,
  ...emailErrors,
  ...environmentErrors,
  ...erasureErrors,
  ...identityProviderErrors,
  ...invitationErrors,
  ...memberErrors,
  ...organizationErrors,
  ...passkeyErrors,
  ...passwordErrors,
  ...portalErrors,
  ...projectErrors,
  ...secondFactorErrors,
  ...secretKeyErrors,
  ...sessionErrors,
  ...signingKeyErrors,
  ...systemErrors,
  ...textMessageErrors,
  ...tokenErrors,
  ...userErrors,
}
