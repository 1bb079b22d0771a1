import type { Api, ApiScope, OfferedApi } from '@claviger/contract'
import { managementAudiences } from './management-api.js'
import type { ApiRow, OfferedApiRow, ScopeRow } from './store.js'

export function presentApi({ publicUrl }: { readonly publicUrl: string }, row: ApiRow): Api {
  const [managementAudience] = managementAudiences(publicUrl)
  return {
    id: row.id,
    name: row.name,
    audience: row.audience ?? managementAudience,
    isManagement: row.audience === null,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}

export function presentOfferedApi({ id, name, audience, scopes }: OfferedApiRow): OfferedApi {
  return { id, name, audience, scopes: [...scopes] }
}

export function presentScope(row: ScopeRow): ApiScope {
  return {
    id: row.id,
    apiId: row.api_id,
    key: row.key,
    description: row.description,
    createdAt: row.created_at,
  }
}
