import { exportUser } from './export-user.js'
import { importUsers } from './import-users.js'

export const endpoints = [importUsers, exportUser]
