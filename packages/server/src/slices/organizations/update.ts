import type { Organization } from '@claviger/contract'
import type { Call } from '#kernel/call'
import type { Transaction } from '#kernel/queries'
import { normalizedSlug } from './organization.js'
import { presentOrganization } from './present.js'
import * as store from './store.js'

/** Changes the fields that are named; when none is, nothing happens and nothing is recorded. */
export async function update(
  call: Call,
  tx: Transaction,
  organizationId: string,
  changes: store.OrganizationChanges,
): Promise<Organization> {
  const current = await store.lockOrganization(tx, organizationId)
  if (Object.keys(changes).length === 0) return presentOrganization(current)
  const slug = changes.slug === undefined ? {} : { slug: normalizedSlug(changes.slug) }
  const organization = presentOrganization(
    await store.updateOrganization(tx, organizationId, { ...changes, ...slug }),
  )
  await call.record(tx, 'organization.updated', { organization })
  return organization
}

/** Deletes an organization with its memberships and invitations. */
export async function remove(call: Call, tx: Transaction, organizationId: string): Promise<void> {
  await store.lockOrganization(tx, organizationId)
  await store.deleteOrganization(tx, organizationId)
  await call.record(tx, 'organization.deleted', { organization: { id: organizationId } })
}
