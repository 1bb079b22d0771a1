import Type from 'typebox'
import { apiKeyErrors } from '../api-keys/errors.js'
import {
  createMyApiKey,
  createOrganizationApiKey,
  listMyApiKeys,
  listOrganizationApiKeys,
  revokeMyApiKey,
  revokeOrganizationApiKey,
  rotateMyApiKey,
  rotateOrganizationApiKey,
} from '../api-keys/routes.js'
import { listMyApis } from '../apis/routes.js'
import { anyone, Body, backend, defineRoute, type ErrorDefinition, portal, Wrapped } from '../define/index.js'
import { memberErrors } from '../memberships/errors.js'
import { organizationErrors } from '../organizations/errors.js'
import { userErrors } from '../users/errors.js'
import { portalErrors } from './errors.js'
import { portalLinkEvents } from './events.js'
import { NewPortalLink, PortalPage, PortalSession, portalLifetimeSecondsDefault } from './schemas.js'

export const createPortalLink = defineRoute({
  id: 'portalLinks.create',
  method: 'POST',
  path: '/v1/admin/portal-links',
  summary: 'Make a link to the portal',
  description:
    'To a page of this server on which a user manages API keys without your building one: their own, or those of an ' +
    'organization that they are an owner or admin of. It opens once, and the portal stays open for 30 minutes.',
  access: backend('portal_links:write'),
  body: Body(
    {
      userId: Type.String({ maxLength: 64, description: 'Who acts with it.' }),
      organizationId: Type.Optional(
        Type.String({ maxLength: 64, description: 'Whose keys are managed. Absent: the user’s own.' }),
      ),
      page: PortalPage,
      returnUrl: Type.Optional(
        Type.String({
          maxLength: 2_048,
          description: 'Where the link back leads: a page of an allowed origin of the environment.',
        }),
      ),
      lifetimeSeconds: Type.Optional(
        Type.Integer({
          minimum: 60,
          maximum: 3_600,
          description: `For how long it can be opened; ${portalLifetimeSecondsDefault} when absent.`,
        }),
      ),
    },
    { examples: [{ userId: '01890a5d-ac96-774b-bcce-b302099a8057', page: 'api_keys' }] },
  ),
  status: 201,
  response: Wrapped('portalLink', NewPortalLink),
  errors: [
    userErrors.user_not_found,
    organizationErrors.organization_not_found,
    memberErrors.membership_not_found,
    memberErrors.role_required,
    apiKeyErrors.api_keys_not_offered,
    portalErrors.portal_return_url_not_allowed,
    portalErrors.portal_user_banned,
  ],
  emits: [portalLinkEvents['portal_link.created']],
  idempotent: true,
})

export const openPortal = defineRoute({
  id: 'portal.open',
  method: 'POST',
  path: '/v1/portal/session',
  summary: 'Open the portal with the token of a link',
  description:
    'Uses the link up, and sets the cookie that the other operations of the portal are called with.',
  access: anyone,
  body: Body({ token: Type.String({ minLength: 1, maxLength: 128 }) }, { examples: [{ token: 'pl_…' }] }),
  status: 201,
  response: Wrapped('portalSession', PortalSession),
  errors: [portalErrors.portal_link_over],
  emits: [portalLinkEvents['portal_link.opened']],
  limits: [{ by: 'address', requestsMax: 60, windowSeconds: 60, error: portalErrors.portal_rate_limited }],
  cookies: true,
})

export const getPortalSession = defineRoute({
  id: 'portal.get',
  method: 'GET',
  path: '/v1/portal/session',
  summary: 'Tell who acts in the portal, and for what',
  access: portal,
  status: 200,
  response: Wrapped('portalSession', PortalSession),
  errors: [],
  emits: [],
})

export const listPortalApis = defineRoute({
  ...listMyApis,
  id: 'portal.listApis',
  path: '/v1/portal/apis',
  access: portal,
  sameAs: listMyApis.id,
})

const eitherOf = (...routes: readonly { readonly errors: readonly ErrorDefinition[] }[]) => [
  ...new Set([organizationErrors.organization_not_found, ...routes.flatMap(({ errors }) => errors)]),
]

/** The same as for signed-in users: the user’s own keys, or those of the organization that the portal is for. */
export const listPortalApiKeys = defineRoute({
  ...listMyApiKeys,
  id: 'portal.listApiKeys',
  path: '/v1/portal/api-keys',
  summary: 'List the API keys that the portal is for, newest first',
  access: portal,
  errors: eitherOf(listMyApiKeys, listOrganizationApiKeys),
})

export const createPortalApiKey = defineRoute({
  ...createMyApiKey,
  id: 'portal.createApiKey',
  path: '/v1/portal/api-keys',
  summary: 'Make an API key in the portal',
  access: portal,
  errors: eitherOf(createMyApiKey, createOrganizationApiKey),
})

export const rotatePortalApiKey = defineRoute({
  ...rotateMyApiKey,
  id: 'portal.rotateApiKey',
  path: '/v1/portal/api-keys/:apiKeyId/rotate',
  summary: 'Give an API key another secret in the portal',
  access: portal,
  errors: eitherOf(rotateMyApiKey, rotateOrganizationApiKey),
})

export const revokePortalApiKey = defineRoute({
  ...revokeMyApiKey,
  id: 'portal.revokeApiKey',
  path: '/v1/portal/api-keys/:apiKeyId/revoke',
  summary: 'Revoke an API key for good in the portal',
  access: portal,
  errors: eitherOf(revokeMyApiKey, revokeOrganizationApiKey),
})
