import Type, { type Static } from 'typebox'
import { Id, Nullable, OneOf, Resource, Timestamp } from '../define/index.js'

export const portalLifetimeSecondsDefault = 300
/** For how long an opened portal can be used. */
export const portalSessionSeconds = 1_800

export const PortalPage = OneOf(['api_keys'], { description: 'What is managed on it.' })

export const PortalLink = Resource('PortalLink', 'A link that opens the portal once, for one person.', {
  id: Id,
  page: PortalPage,
  userId: Type.String({ format: 'uuid', description: 'Who acts with it.' }),
  organizationId: Nullable(
    Type.String({
      format: 'uuid',
      description: 'What is managed: that of the organization; null: their own.',
    }),
  ),
  createdAt: Timestamp,
  expiresAt: Type.String({ format: 'date-time', description: 'Until when it can be opened.' }),
})
export type PortalLink = Static<typeof PortalLink>

export const NewPortalLink = Resource('NewPortalLink', 'A new portal link with its address.', {
  ...PortalLink.properties,
  url: Type.String({ description: 'Shown once. Send the person there; whoever has it is let in.' }),
})
export type NewPortalLink = Static<typeof NewPortalLink>

export const PortalSession = Resource('PortalSession', 'An opened portal: who acts in it, and for what.', {
  page: PortalPage,
  user: Type.Object({
    id: Id,
    email: Nullable(Type.String()),
    username: Nullable(Type.String()),
  }),
  organization: Nullable(Type.Object({ id: Id, name: Type.String() })),
  returnUrl: Nullable(Type.String({ description: 'The page of the application that the person came from.' })),
  expiresAt: Timestamp,
})
export type PortalSession = Static<typeof PortalSession>
