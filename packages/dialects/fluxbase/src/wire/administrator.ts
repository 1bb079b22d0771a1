import { type Administrator, api, type Caller } from '@claviger/contract'
import { type PageIn, rowsOf } from './pages.js'

/** Administrators that the caller may see, newest first: all of them, or the page that is asked for. */
export function administratorsOf(
  call: Caller,
  { search, page }: { readonly search?: string | undefined; readonly page?: PageIn | undefined } = {},
): Promise<{ rows: Administrator[]; total: number }> {
  return rowsOf(async (query) => {
    const { administrators, ...rest } = await call(api.administrators.listAdministrators, {
      query: { ...query, search },
    })
    return { rows: administrators, ...rest }
  }, page)
}

/** An administrator as Fluxbase shows whoever signed in: by the names of its documents and by those of its server. */
export function adminUserOf({ id, email, name, role, status, createdAt, updatedAt }: Administrator) {
  return {
    id,
    email,
    name: name ?? '',
    full_name: name,
    role,
    email_verified: status === 'active',
    is_active: status === 'active',
    is_locked: false,
    created_at: createdAt,
    updated_at: updatedAt,
  }
}
