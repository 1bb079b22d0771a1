import { api } from '@claviger/contract'
import { implement } from '#kernel/endpoint'
import { existingAdministrator } from './existing-administrator.js'
import { presentAdministrator } from './present.js'

/** Answers one administrator. */
export const getAdministrator = implement(api.administrators.getAdministrator).handler(
  async (call, { params }) => ({
    administrator: presentAdministrator(await existingAdministrator(call.read, params.administratorId)),
  }),
)
