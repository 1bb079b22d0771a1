import {
  api,
  type Caller,
  type DialectRequest,
  type DialectResponse,
  type DialectRoute,
  type DialectSetting,
  errors,
  Refusal,
  type SecretKey,
} from '@claviger/contract'
import { isByServiceKey, tenantNamedBy } from './credential.js'
import { refusalOf } from './errors.js'
import { bodyOf, type Fields, invalid, queryOf } from './fields.js'
import { rowsOf } from './pages.js'
import { environmentOf, liveOf } from './place.js'
import { permissionsOf, scopeOf } from './scopes.js'
import { projectsOf } from './tenants.js'

/** Where keys are: an environment as `Claviger-Environment` names it, and the tenant that it is of, if that is known. */
interface Place {
  readonly environment: string | undefined
  readonly tenantId: string | null
}

/**
 * Where the keys are that a request is about: of a key its own environment, of an administrator the tenant that it
 * names, else every tenant that it administers, the default first.
 */
async function placesOf(
  request: DialectRequest,
  call: Caller,
  setting: DialectSetting,
  tenantId = tenantNamedBy(request),
): Promise<Place[]> {
  if (isByServiceKey(request) || tenantId !== undefined) {
    return [
      { environment: await environmentOf(request, call, setting, tenantId), tenantId: tenantId ?? null },
    ]
  }
  const { defaultEnvironment } = setting
  const isDefault = ({ environment }: Place) => environment === defaultEnvironment
  const places = (await projectsOf(call)).map((project): Place => {
    const isOfDefault = defaultEnvironment.startsWith(`${project.slug}/`)
    return { environment: isOfDefault ? defaultEnvironment : liveOf(project), tenantId: project.id }
  })
  return [...places.filter(isDefault), ...places.filter((place) => !isDefault(place))]
}

/** Finds where a key is, for an administrator who does not say it. */
async function findKey(request: DialectRequest, call: Caller, setting: DialectSetting) {
  const { id = '' } = request.params
  if (!/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(id)) {
    throw new Refusal(400, 'INVALID_ID', 'The id of a service key is a UUID.')
  }
  const params = { secretKeyId: id }
  const places = await placesOf(request, call, setting)
  for (const place of places) {
    const { environment } = place
    const isThere =
      places.length === 1 || (await call(api.secretKeys.getSecretKey, { params, environment }).catch(ifThere))
    if (isThere) return { params, environment, place }
  }
  throw refusalOf(errors.secret_key_not_found)
}

const absences: readonly string[] = [errors.secret_key_not_found.code, errors.environment_not_found.code]

/** A tenant without the key, or without the environment, has nothing to say; any other refusal is one. */
function ifThere(refusal: Refusal): undefined {
  if (!absences.includes(refusal.code)) throw refusal
}

function serviceKeyOf(key: SecretKey, { tenantId }: Place) {
  return {
    id: key.id,
    name: key.name,
    description: key.description,
    key_prefix: key.prefix,
    key_type: key.kind === 'publishable' ? 'anon' : 'service',
    scopes: key.permissions.map(scopeOf),
    allowed_namespaces: key.allowedNamespaces,
    enabled: key.enabled,
    is_active: key.status === 'active' || key.status === 'deprecated',
    rate_limit_per_minute: key.rateLimitPerMinute,
    rate_limit_per_hour: key.rateLimitPerHour,
    tenant_id: tenantId,
    created_by: key.createdBy,
    user_id: key.createdBy,
    created_at: key.createdAt,
    last_used_at: key.lastUsedAt,
    expires_at: key.expiresAt,
    revoked_at: key.revokedAt,
    deprecated_at: key.deprecatedAt,
    grace_period_ends_at: key.gracePeriodEndsAt,
    replaced_by: key.replacedById,
  }
}

const listServiceKeys: DialectRoute = {
  method: 'GET',
  path: '/api/v1/admin/service-keys',
  async handle(request, call, setting) {
    const fields = queryOf(request)
    const type = fields.text('key_type')
    const filter = {
      ...(type !== undefined && { kind: kindOf(type) }),
      isActive: fields.boolean('is_active'),
      createdBy: fields.text('user_id'),
    }
    const limit = Math.trunc(fields.number('limit') ?? Number.POSITIVE_INFINITY)
    const offset = Math.trunc(fields.number('offset') ?? 0)
    if (limit < 1 || offset < 0) throw invalid('limit must be at least 1, and offset at least 0.')
    const places = await placesOf(request, call, setting, fields.text('tenant_id'))
    const found: ReturnType<typeof serviceKeyOf>[] = []
    let total = 0
    for (const place of places) {
      const { environment } = place
      const page = await rowsOf(
        async (query) => {
          const { secretKeys, ...rest } = await call(api.secretKeys.listSecretKeys, {
            query: { ...query, ...filter },
            environment,
          })
          return { rows: secretKeys, ...rest }
        },
        { limit: offset + limit },
      ).catch(ifThere)
      found.push(...(page?.rows ?? []).map((key) => serviceKeyOf(key, place)))
      total += page?.total ?? 0
    }
    const newest = (key: { created_at: string; id: string }) => `${key.created_at} ${key.id}`
    found.sort((a, b) => (newest(a) < newest(b) ? 1 : -1))
    return {
      status: 200,
      headers: { 'x-total-count': String(total) },
      body: found.slice(offset, offset + limit),
    }
  },
}

function kindOf(type: string): SecretKey['kind'] {
  if (type === 'service') return 'secret'
  if (type === 'anon') return 'publishable'
  throw invalid('key_type must be anon or service.')
}

/** The terms of a key that are named. Null takes a limit, an end or the namespaces away. */
function termsIn(fields: Fields) {
  const scopes = fields.texts('scopes')
  const orNull = <T>(name: string, value: T | undefined) => value ?? (fields.has(name) ? null : undefined)
  return {
    description: orNull('description', fields.text('description')),
    permissions: scopes && permissionsOf(scopes),
    allowedNamespaces: orNull('allowed_namespaces', fields.texts('allowed_namespaces')),
    rateLimitPerMinute: orNull('rate_limit_per_minute', fields.number('rate_limit_per_minute')),
    rateLimitPerHour: orNull('rate_limit_per_hour', fields.number('rate_limit_per_hour')),
    expiresAt: orNull('expires_at', fields.text('expires_at')),
  }
}

const createServiceKey: DialectRoute = {
  method: 'POST',
  path: '/api/v1/admin/service-keys',
  async handle(request, call, setting) {
    const fields = bodyOf(request)
    const body = {
      name: fields.required('name'),
      kind: kindOf(fields.required('key_type')),
      ...termsIn(fields),
    }
    const places = await placesOf(request, call, setting, fields.text('tenant_id'))
    const [place] = places
    const isNamed = places.length === 1 || place?.environment === setting.defaultEnvironment
    if (!place || !isNamed) throw invalid('Name the tenant of the key in the header X-FB-Tenant.')
    const { environment } = place
    const { secretKey, secret } = await call(api.secretKeys.createSecretKey, { body, environment })
    return { status: 201, body: { ...serviceKeyOf(secretKey, place), key: secret } }
  },
}

type Found = Awaited<ReturnType<typeof findKey>>

/** A route about one key, wherever that is. */
function ofKey(
  method: DialectRoute['method'],
  act: string,
  handle: (found: Found, fields: Fields, call: Caller) => Promise<DialectResponse>,
): DialectRoute {
  return {
    method,
    path: `/api/v1/admin/service-keys/:id${act}`,
    async handle(request, call, setting) {
      return handle(await findKey(request, call, setting), bodyOf(request), call)
    },
  }
}

const getServiceKey = ofKey('GET', '', async ({ params, environment, place }, _fields, call) => {
  const { secretKey } = await call(api.secretKeys.getSecretKey, { params, environment })
  return { status: 200, body: serviceKeyOf(secretKey, place) }
})

const updateServiceKey = ofKey('PUT', '', async ({ params, environment, place }, fields, call) => {
  const body = { name: fields.text('name'), ...termsIn(fields) }
  const enabled = fields.boolean('enabled')
  const isChanged = Object.values(body).some((value) => value !== undefined)
  if (enabled === undefined && !isChanged) throw invalid('There is nothing to update.')
  if (enabled !== undefined && isChanged) {
    throw invalid('enabled is changed by itself, or with POST …/enable and …/disable.')
  }
  const { enableSecretKey, disableSecretKey, updateSecretKey } = api.secretKeys
  const { secretKey } =
    enabled === undefined
      ? await call(updateSecretKey, { params, body, environment })
      : await call(enabled ? enableSecretKey : disableSecretKey, { params, environment })
  return { status: 200, body: serviceKeyOf(secretKey, place) }
})

const deleteServiceKey = ofKey('DELETE', '', async ({ params, environment }, _fields, call) => {
  await call(api.secretKeys.deleteSecretKey, { params, environment })
  return { status: 204 }
})

const disableServiceKey = ofKey('POST', '/disable', async ({ params, environment }, _fields, call) => {
  await call(api.secretKeys.disableSecretKey, { params, environment })
  return { status: 204 }
})

const enableServiceKey = ofKey('POST', '/enable', async ({ params, environment }, _fields, call) => {
  await call(api.secretKeys.enableSecretKey, { params, environment })
  return { status: 204 }
})

const revokeServiceKey = ofKey('POST', '/revoke', async ({ params, environment }, fields, call) => {
  await call(api.secretKeys.revokeSecretKey, { params, body: { reason: fields.text('reason') }, environment })
  return { status: 204 }
})

const deprecateServiceKey = ofKey('POST', '/deprecate', async ({ params, environment }, fields, call) => {
  const { secretKey } = await call(api.secretKeys.deprecateSecretKey, {
    params,
    body: { gracePeriodHours: fields.number('grace_period_hours'), reason: fields.text('reason') },
    environment,
  })
  const { deprecatedAt, gracePeriodEndsAt } = secretKey
  return { status: 200, body: { deprecated_at: deprecatedAt, grace_period_ends_at: gracePeriodEndsAt } }
})

/** Since when the old key is deprecated is said here alone, as Fluxbase's documents show it. */
const rotateServiceKey = ofKey('POST', '/rotate', async ({ params, environment, place }, fields, call) => {
  const { secretKey, secret, replaced } = await call(api.secretKeys.rotateSecretKey, {
    params,
    body: { gracePeriodHours: fields.number('grace_period_hours') },
    environment,
  })
  const body = { ...serviceKeyOf(secretKey, place), key: secret, deprecated_at: replaced.deprecatedAt }
  return { status: 201, body }
})

const getRevocation = ofKey('GET', '/revocations', async ({ params, environment }, _fields, call) => {
  const { secretKey } = await call(api.secretKeys.getSecretKey, { params, environment })
  const { revocations } = await call(api.secretKeys.listSecretKeyRevocations, { params, environment })
  const [revocation] = revocations
  return {
    status: 200,
    body: {
      id: secretKey.id,
      name: secretKey.name,
      revoked_at: revocation?.revokedAt ?? null,
      revoked_by: revocation?.revokedBy ?? null,
      revocation_reason: revocation?.reason ?? null,
    },
  }
})

export const serviceKeyRoutes: readonly DialectRoute[] = [
  listServiceKeys,
  createServiceKey,
  getServiceKey,
  updateServiceKey,
  deleteServiceKey,
  disableServiceKey,
  enableServiceKey,
  revokeServiceKey,
  deprecateServiceKey,
  rotateServiceKey,
  getRevocation,
]
