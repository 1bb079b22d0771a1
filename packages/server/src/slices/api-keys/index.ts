import { createApiKey } from './create-api-key.js'
import { createMyApiKey } from './create-my-api-key.js'
import { createOrganizationApiKey } from './create-organization-api-key.js'
import { deleteApiKey } from './delete-api-key.js'
import { getApiKey } from './get-api-key.js'
import { importApiKeys } from './import-api-keys.js'
import { listApiKeyUsage } from './list-api-key-usage.js'
import { listApiKeys } from './list-api-keys.js'
import { listMyApiKeys } from './list-my-api-keys.js'
import { listOrganizationApiKeys } from './list-organization-api-keys.js'
import { revokeApiKey } from './revoke-api-key.js'
import { revokeMyApiKey } from './revoke-my-api-key.js'
import { revokeOrganizationApiKey } from './revoke-organization-api-key.js'
import { rotateApiKey } from './rotate-api-key.js'
import { rotateMyApiKey } from './rotate-my-api-key.js'
import { rotateOrganizationApiKey } from './rotate-organization-api-key.js'
import { updateApiKey } from './update-api-key.js'

export const endpoints = [
  listApiKeys,
  createApiKey,
  importApiKeys,
  getApiKey,
  updateApiKey,
  deleteApiKey,
  rotateApiKey,
  revokeApiKey,
  listApiKeyUsage,
  listMyApiKeys,
  createMyApiKey,
  rotateMyApiKey,
  revokeMyApiKey,
  listOrganizationApiKeys,
  createOrganizationApiKey,
  rotateOrganizationApiKey,
  revokeOrganizationApiKey,
]

export { countEndingKeys } from './count-ending-keys.js'
export { presentApiKey } from './present.js'
export { listKeys as listApiKeyRows } from './store.js'
export {
  createMyApiKey,
  createOrganizationApiKey,
  listMyApiKeys,
  listOrganizationApiKeys,
  revokeMyApiKey,
  revokeOrganizationApiKey,
  rotateMyApiKey,
  rotateOrganizationApiKey,
}
