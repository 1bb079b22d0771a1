import { refresh } from './refresh.js'
import { signIn } from './sign-in.js'
import { signOut } from './sign-out.js'
import { signOutEverywhere } from './sign-out-everywhere.js'
import { signUp } from './sign-up.js'

export const endpoints = [signUp, signIn, refresh, signOut, signOutEverywhere]
