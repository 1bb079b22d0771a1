import type { Application } from '@claviger/contract'
import type { ApplicationRow } from './store.js'

export function presentApplication(row: ApplicationRow): Application {
  return {
    id: row.id,
    clientId: row.id,
    name: row.name,
    type: row.type,
    enabled: row.enabled,
    tokenLifetimeSeconds: row.token_lifetime_seconds,
    apis: row.apis,
    previousSecretEndsAt: row.previous_secret_ends_at,
    createdBy: row.created_by,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}
