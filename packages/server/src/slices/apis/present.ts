import type { Api, ApiScope } from '@claviger/contract'
import { managementAudiences } from './management-api.js'
import type { ApiRow, ScopeRow } from './store.js'

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

export function presentScope(row: ScopeRow): ApiScope {
  return {
    id: row.id,
    apiId: row.api_id,
    key: row.key,
    description: row.description,
    createdAt: row.created_at,
  }
}
