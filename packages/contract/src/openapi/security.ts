import type { Access } from '../define/index.js'
import type { Operation, Parameter, Schema } from './document.js'

export const securitySchemes: Readonly<Record<string, Schema>> = {
  secretKey: {
    type: 'http',
    scheme: 'bearer',
    description:
      'The secret key of a backend, `sk_live_…` or `sk_test_…`. It carries its environment. ' +
      'Make one with `npx claviger keys create --project default --environment test`.',
  },
  administrator: {
    type: 'http',
    scheme: 'bearer',
    description:
      'The session token of an administrator, valid for 15 minutes, or the token of the operator on the host. ' +
      'Where a call works in one environment, the header `Claviger-Environment` names it.',
  },
  administratorCookie: {
    type: 'apiKey',
    in: 'cookie',
    name: '__Host-claviger_admin',
    description:
      'The same session token as a cookie, without the prefix `__Host-` where the server is reached by plain ' +
      'http. A write needs an `Origin` that is the server’s own.',
  },
  accessToken: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description:
      'An access token of an application for the management API, from `tokens.create`. It carries its environment, and ' +
      'may do what its scopes name.',
  },
  client: {
    type: 'http',
    scheme: 'basic',
    description: 'The client id and the client secret of an application; or both as fields of the form.',
  },
  session: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'The session token of an end user, valid for 60 s. For apps that keep it themselves.',
  },
  sessionCookie: {
    type: 'apiKey',
    in: 'cookie',
    name: '__session',
    description: 'The same session token as a cookie. A write needs an `Origin` that the environment allows.',
  },
  portalCookie: {
    type: 'apiKey',
    in: 'cookie',
    name: '__Host-claviger_portal',
    description:
      'What `portal.open` sets, for 30 minutes, without the prefix `__Host-` where the server is reached by plain ' +
      'http. A write needs an `Origin` that is the server’s own.',
  },
  publishableKey: {
    type: 'apiKey',
    in: 'header',
    name: 'x-publishable-key',
    description:
      'A publishable key, `pk_live_…` or `pk_test_…`. It names the environment and has no power. ' +
      'Without it the default environment of the server is meant.',
  },
}

export const environmentHeader: Parameter = {
  name: 'Claviger-Environment',
  in: 'header',
  description:
    'The environment, as `<project slug>/<environment>`. Administrators must send it; a secret key ' +
    'carries its own, and naming another one is refused.',
  schema: { type: 'string' },
  example: 'default/test',
}

const asAdministrator = [{ administrator: [] }, { administratorCookie: [] }]

/** Which credentials open a route; alternatives, each enough on its own. */
export function securityOf(access: Access): Operation['security'] {
  switch (access.by) {
    case 'backend':
      return [{ secretKey: [] }, { accessToken: [] }, ...asAdministrator]
    case 'application':
      return [{ client: [] }]
    case 'portal':
      return [{ portalCookie: [] }]
    case 'administrator':
      return asAdministrator
    case 'user':
      if (access.scope === 'administration') return asAdministrator
      return [{ session: [] }, { sessionCookie: [] }]
    case 'anyone':
      // The empty requirement makes the publishable key optional.
      return access.scope === 'environment' ? [{}, { publishableKey: [] }] : []
  }
}
