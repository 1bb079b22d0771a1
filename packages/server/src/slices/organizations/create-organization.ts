import { api, errors } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { fail } from '#kernel/failure'
import { newId } from '#kernel/ids'
import { checkMetadata, existingUserId } from '#slices/users'
import { create } from './create.js'
import { normalizedSlug } from './organization.js'

/** Creates an organization; the slug is unique in its environment, compared without case. */
export const createOrganization = implement(api.organizations.createOrganization).handler(
  async (call, { body }) => {
    checkMetadata(body)
    const organization = await call.tx(async (tx) => {
      const createdBy = body.createdBy === undefined ? null : await existingUserId(tx, body.createdBy)
      if (createdBy === undefined) throw fail(errors.user_not_found)
      return create(call, tx, { ...body, id: newId(), slug: normalizedSlug(body.slug), createdBy })
    })
    return { organization }
  },
)
