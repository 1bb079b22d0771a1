import { eraseUser } from './erase-user.js'

export const endpoints = [eraseUser]
