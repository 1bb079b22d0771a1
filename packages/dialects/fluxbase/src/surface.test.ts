import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { expect, test } from 'vitest'
import * as fluxbase from './index.js'

test('the package exports a client, what it is made of, and its error', () => {
  expect(Object.keys(fluxbase).sort()).toEqual([
    'FluxbaseAdmin',
    'FluxbaseClient',
    'FluxbaseError',
    'FluxbaseServiceKeys',
    'FluxbaseTenants',
    'createClient',
  ])
})

test('what a browser loads is the client alone, and React where that is asked for', async () => {
  const { metafile } = await build({
    absWorkingDir: fileURLToPath(new URL('.', import.meta.url)),
    entryPoints: ['index.ts', 'react.ts'],
    bundle: true,
    write: false,
    outdir: 'out',
    format: 'esm',
    platform: 'browser',
    external: ['react'],
    metafile: true,
  })
  expect(Object.keys(metafile.inputs).filter((input) => input.includes('/'))).toEqual([])
  const imported = Object.values(metafile.outputs).flatMap(({ imports }) => imports.map(({ path }) => path))
  expect(imported).toEqual(['react'])
})

/** Compiles only if both are the same, in every member and in what is optional. */
type Same<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : { document: A; package: B }

const same = <_T extends true>() => {}

/** As the document writes them. */
type AuthResponse = {
  user: {
    id: string
    email: string
    name: string
    role: 'instance_admin' | 'tenant_admin'
    email_verified: boolean
    created_at: string
    updated_at: string
  }
  access_token: string
  refresh_token: string
  expires_in: number
}

/** Compiles only if code that was written for `Document` can be given a `Given`. */
const fits = <Document, _Given extends Document>() => {}

test('the sixteen types of the document are exported, with the members that it shows', () => {
  same<Same<{ needs_setup: boolean; has_admin: boolean }, fluxbase.AdminSetupStatusResponse>>()
  fits<fluxbase.AdminSetupRequest, { email: string; password: string; name: string }>()
  fits<AuthResponse['user'], fluxbase.AdminUser>()
  fits<AuthResponse, fluxbase.AdminAuthResponse>()
  same<Same<{ email: string; password: string }, fluxbase.AdminLoginRequest>>()
  same<Same<{ refresh_token: string }, fluxbase.AdminRefreshRequest>>()
  fits<Omit<AuthResponse, 'user'>, fluxbase.AdminRefreshResponse>()
  same<Same<{ user: { id: string; email: string; role: string } }, fluxbase.AdminMeResponse>>()
  // biome-ignore lint/suspicious/noExplicitAny: as the document writes it.
  fits<{ id: string; email: string; role?: string; metadata?: Record<string, any> }, fluxbase.EnrichedUser>()
  fits<{ users: { id: string; session_count?: number }[]; total: number }, fluxbase.ListUsersResponse>()
  fits<
    fluxbase.ListUsersOptions,
    { exclude_admins?: boolean; search?: string; limit?: number; type?: 'app' | 'dashboard' }
  >()
  fits<fluxbase.InviteUserRequest, { email: string; role?: string; send_email?: boolean }>()
  fits<{ user: { id: string }; invitation_link?: string; message: string }, fluxbase.InviteUserResponse>()
  same<Same<{ role: string }, fluxbase.UpdateUserRoleRequest>>()
  same<Same<{ message: string }, fluxbase.ResetUserPasswordResponse>>()
  same<Same<{ message: string }, fluxbase.DeleteUserResponse>>()
})

test('so are those that it only describes: tenants and service keys', () => {
  fits<{ id: string; metadata: object | null; deleted_at: string | null }, fluxbase.Tenant>()
  fits<fluxbase.CreateTenantRequest, { slug: string; name: string; is_default?: boolean }>()
  fits<
    fluxbase.ListServiceKeysOptions,
    { tenant_id?: string; key_type?: 'anon' | 'service'; is_active?: boolean; user_id?: string }
  >()
  fits<
    fluxbase.CreateServiceKeyRequest,
    { name: string; key_type: 'anon' | 'service'; allowed_namespaces?: string[]; expires_at?: string }
  >()
  fits<{ key_prefix: string; key: string }, fluxbase.ServiceKeyWithKey>()
})
