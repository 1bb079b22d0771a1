import { exportPasswordHashes } from './export-password-hashes.js'
import { exportUser } from './export-user.js'
import { importUsers } from './import-users.js'

export const endpoints = [importUsers, exportUser, exportPasswordHashes]
