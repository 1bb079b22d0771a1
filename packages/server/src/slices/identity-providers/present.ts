import type { Identity, IdentityProvider } from '@claviger/contract'
import type { Call } from '#kernel/call'
import type { IdentityRow, ProviderRow } from './store.js'

export function presentProvider(
  call: Call,
  row: Omit<ProviderRow, 'client_secret_sealed'>,
): IdentityProvider {
  return {
    id: row.id,
    key: row.key,
    type: row.type,
    issuer: row.issuer,
    name: row.name,
    clientId: row.client_id,
    scopes: [...row.scopes],
    enabled: row.enabled,
    allowSignUp: row.allow_sign_up,
    callbackUrl: callbackUrlIn(call, row.key),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}

export function presentIdentity(row: IdentityRow): Identity {
  return {
    id: row.id,
    userId: row.user_id,
    identityProviderId: row.provider_id,
    provider: row.provider_key,
    subject: row.subject,
    email: row.email,
    createdAt: row.created_at,
  }
}

/** Where a provider sends browsers back to; only ever the configured URL, whatever host a request names. */
export function callbackUrl(call: Call, key: string): string {
  return `${call.publicUrl}/v1/auth/oauth/${key}/callback`
}

/** The same, naming the environment: a browser that comes back cannot say it by a header. */
export function callbackUrlIn(call: Call, key: string): string {
  const { projectSlug, name } = call.environment
  return `${call.publicUrl}/environments/${projectSlug}/${name}/v1/auth/oauth/${key}/callback`
}
