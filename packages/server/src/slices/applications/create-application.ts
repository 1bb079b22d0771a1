import { api, tokenLifetimeSecondsDefault } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { newId } from '#kernel/ids'
import { makeClientSecret } from './client-secret.js'
import { presentApplication } from './present.js'
import * as store from './store.js'

/** Makes an application and shows its secret, this once; what is stored cannot give it back. */
export const createApplication = implement(api.applications.createApplication).handler(
  async (call, { body: { name, type = 'm2m', tokenLifetimeSeconds = tokenLifetimeSecondsDefault } }) => {
    const { secret, hash: secretHash } = makeClientSecret()
    const made = { id: newId(), name, type, secretHash, tokenLifetimeSeconds, createdBy: call.principal.id }
    return call.tx(async (tx) => {
      const application = presentApplication(await store.insertApplication(tx, made))
      await call.record(tx, 'application.created', { application })
      return { application, clientSecret: secret }
    })
  },
)
