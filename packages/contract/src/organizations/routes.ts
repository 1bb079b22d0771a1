import Type from 'typebox'
import {
  Body,
  backend,
  Done,
  defineRoute,
  Metadata,
  Page,
  pageQuery,
  user,
  Wrapped,
} from '../define/index.js'
import { memberErrors } from '../memberships/errors.js'
import { membershipEvents } from '../memberships/events.js'
import { MembershipOf } from '../memberships/schemas.js'
import { sessionEvents } from '../sessions/events.js'
import { Session } from '../sessions/schemas.js'
import { userErrors } from '../users/errors.js'
import { organizationErrors } from './errors.js'
import { organizationEvents } from './events.js'
import { Organization, OrganizationName, OrganizationSlug } from './schemas.js'

const known = { organizationId: organizationErrors.organization_not_found }
const example = { name: 'Acme', slug: 'acme' }

export const listOrganizations = defineRoute({
  id: 'organizations.list',
  method: 'GET',
  path: '/v1/admin/organizations',
  summary: 'List organizations, newest first',
  access: backend('organizations:read'),
  query: Type.Object({
    ...pageQuery,
    slug: Type.Optional(Type.String({ maxLength: 64, description: 'Exactly this slug, without case.' })),
    search: Type.Optional(
      Type.String({ minLength: 1, maxLength: 100, description: 'Part of the name or slug.' }),
    ),
  }),
  status: 200,
  response: Page('organizations', Organization),
  errors: [],
  emits: [],
})

export const createOrganization = defineRoute({
  id: 'organizations.create',
  method: 'POST',
  path: '/v1/admin/organizations',
  summary: 'Create an organization',
  description: 'A user named in `createdBy` becomes its owner.',
  access: backend('organizations:write'),
  body: Body(
    {
      name: OrganizationName,
      slug: OrganizationSlug,
      createdBy: Type.Optional(Type.String({ maxLength: 64, description: 'The id of a user.' })),
      requiresSecondFactor: Type.Optional(Type.Boolean()),
      publicMetadata: Type.Optional(Metadata('Its members can read it.')),
      privateMetadata: Type.Optional(Metadata('Only a backend reads it.')),
    },
    { examples: [example] },
  ),
  status: 201,
  response: Wrapped('organization', Organization),
  errors: [
    organizationErrors.organization_slug_taken,
    userErrors.user_not_found,
    userErrors.metadata_too_large,
  ],
  emits: [organizationEvents['organization.created'], membershipEvents['membership.created']],
  idempotent: true,
})

export const getOrganization = defineRoute({
  id: 'organizations.get',
  method: 'GET',
  path: '/v1/admin/organizations/:organizationId',
  summary: 'Get an organization',
  access: backend('organizations:read'),
  params: known,
  status: 200,
  response: Wrapped('organization', Organization),
  errors: [],
  emits: [],
})

export const updateOrganization = defineRoute({
  id: 'organizations.update',
  method: 'PATCH',
  path: '/v1/admin/organizations/:organizationId',
  summary: 'Change fields of an organization',
  access: backend('organizations:write'),
  params: known,
  body: Body(
    {
      name: Type.Optional(OrganizationName),
      slug: Type.Optional(OrganizationSlug),
      requiresSecondFactor: Type.Optional(Type.Boolean()),
      publicMetadata: Type.Optional(Metadata('Replaces the whole bucket.')),
      privateMetadata: Type.Optional(Metadata('Replaces the whole bucket.')),
    },
    { examples: [{ name: 'Acme Industries' }] },
  ),
  status: 200,
  response: Wrapped('organization', Organization),
  errors: [organizationErrors.organization_slug_taken, userErrors.metadata_too_large],
  emits: [organizationEvents['organization.updated']],
  idempotent: true,
})

export const deleteOrganization = defineRoute({
  id: 'organizations.delete',
  method: 'DELETE',
  path: '/v1/admin/organizations/:organizationId',
  summary: 'Delete an organization for good',
  description: 'Memberships and pending invitations go with it; sessions that worked in it work in none.',
  access: backend('organizations:write'),
  params: known,
  status: 200,
  response: Done,
  errors: [],
  emits: [organizationEvents['organization.deleted']],
})

export const listMyOrganizations = defineRoute({
  id: 'orgs.list',
  method: 'GET',
  path: '/v1/orgs',
  summary: 'List the organizations of the signed-in user, newest membership first',
  access: user,
  query: Type.Object(pageQuery),
  status: 200,
  response: Page('organizations', MembershipOf),
  errors: [],
  emits: [],
})

export const createMyOrganization = defineRoute({
  id: 'orgs.create',
  method: 'POST',
  path: '/v1/orgs',
  summary: 'Create an organization and become its owner',
  access: user,
  body: Body({ name: OrganizationName, slug: OrganizationSlug }, { examples: [example] }),
  status: 201,
  response: Wrapped('organization', MembershipOf),
  errors: [organizationErrors.organization_slug_taken],
  emits: [organizationEvents['organization.created'], membershipEvents['membership.created']],
  idempotent: true,
})

export const switchOrganization = defineRoute({
  id: 'orgs.switch',
  method: 'PATCH',
  path: '/v1/orgs/current',
  summary: 'Switch the organization that this session works in',
  description:
    'The next session token carries `org` and `org_role`. `orgId: null` leaves every organization.',
  access: user,
  body: Body(
    { orgId: Type.Unsafe<string | null>({ type: ['string', 'null'], maxLength: 64 }) },
    { examples: [{ orgId: null }] },
  ),
  status: 200,
  response: Type.Object({
    session: Session,
    orgRole: Type.Unsafe<string | null>({ type: ['string', 'null'] }),
  }),
  errors: [organizationErrors.organization_not_found],
  emits: [sessionEvents['session.organization_switched']],
  idempotent: true,
})

export const getMyOrganization = defineRoute({
  id: 'orgs.get',
  method: 'GET',
  path: '/v1/orgs/:organizationId',
  summary: 'Get an organization of the signed-in user',
  access: user,
  params: known,
  status: 200,
  response: Wrapped('organization', MembershipOf),
  errors: [],
  emits: [],
})

export const updateMyOrganization = defineRoute({
  id: 'orgs.update',
  method: 'PATCH',
  path: '/v1/orgs/:organizationId',
  summary: 'Rename an organization or change its rules, as its owner or admin',
  access: user,
  params: known,
  body: Body(
    {
      name: Type.Optional(OrganizationName),
      slug: Type.Optional(OrganizationSlug),
      requiresSecondFactor: Type.Optional(Type.Boolean()),
    },
    { examples: [{ name: 'Acme Industries' }] },
  ),
  status: 200,
  response: Wrapped('organization', MembershipOf),
  errors: [organizationErrors.organization_slug_taken, memberErrors.role_required],
  emits: [organizationEvents['organization.updated']],
  idempotent: true,
})

export const deleteMyOrganization = defineRoute({
  id: 'orgs.delete',
  method: 'DELETE',
  path: '/v1/orgs/:organizationId',
  summary: 'Delete an organization for good, as its owner',
  access: user,
  params: known,
  status: 200,
  response: Done,
  errors: [memberErrors.role_required],
  emits: [organizationEvents['organization.deleted']],
})
