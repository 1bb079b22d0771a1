export { FluxbaseAdmin, type HealthResponse } from './admin.js'
export type {
  AdminAuthResponse,
  AdminLoginRequest,
  AdminMeResponse,
  AdminRefreshRequest,
  AdminRefreshResponse,
  AdminSetupRequest,
  AdminSetupStatusResponse,
  AdminUser,
} from './administrators.js'
export { createClient, FluxbaseClient, type FluxbaseClientOptions } from './create-client.js'
export { FluxbaseError } from './fluxbase-error.js'
export {
  type CreateServiceKeyRequest,
  type DeprecateServiceKeyRequest,
  type FluxbaseResponse,
  FluxbaseServiceKeys,
  type ListServiceKeysOptions,
  type RevokeServiceKeyRequest,
  type ServiceKey,
  type ServiceKeyDeprecation,
  type ServiceKeyRevocation,
  type ServiceKeyType,
  type ServiceKeyWithKey,
  type UpdateServiceKeyRequest,
} from './service-keys.js'
export {
  type AssignTenantAdminRequest,
  type CreateTenantRequest,
  FluxbaseTenants,
  type ListTenantsResponse,
  type Tenant,
  type TenantAdminAssignment,
  type TenantWithRole,
  type UpdateTenantRequest,
} from './tenants.js'
export type {
  DeleteUserResponse,
  EnrichedUser,
  InviteUserRequest,
  InviteUserResponse,
  ListUsersOptions,
  ListUsersResponse,
  ResetUserPasswordResponse,
  UpdateUserRoleRequest,
  UserType,
} from './users.js'
