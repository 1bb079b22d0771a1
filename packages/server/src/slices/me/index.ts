import { getMe } from './get-me.js'
import { listMySessions } from './list-my-sessions.js'
import { revokeMySession } from './revoke-my-session.js'
import { updateMe } from './update-me.js'

export const endpoints = [getMe, updateMe, listMySessions, revokeMySession]
