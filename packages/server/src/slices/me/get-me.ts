import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { myself } from './myself.js'
import { presentMe } from './present.js'

/** Answers the signed-in user, as it may see itself. */
export const getMe = implement(api.me.getMe).handler(async (call) => ({
  user: presentMe(await myself(call, call.read)),
}))
