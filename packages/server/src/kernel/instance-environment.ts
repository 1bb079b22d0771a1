import type { EnvironmentSettings } from '@claviger/contract'

/**
 * The project and the environment of the instance itself, whose users are the administrators. They have the same
 * ids in every installation, and a slug that no request can spell: `@` is in no slug, header or path.
 */
export const instanceProject = {
  id: '00000000-0000-7000-8000-000000000000',
  slug: '@instance',
  name: 'Instance',
} as const

export const instanceEnvironmentId = '00000000-0000-7000-8000-000000000001'

/** Length is what makes a password strong (NIST SP 800-63B section 3.1.1.2), so nothing else is asked of it. */
export const instanceSettings: Partial<EnvironmentSettings> = {
  allowedOrigins: [],
  passwordPolicy: {
    lengthMin: 12,
    uppercase: false,
    lowercase: false,
    digit: false,
    symbol: false,
    refuseBreached: true,
  },
  sessionLifetimeSeconds: 12 * 60 * 60,
  sessionIdleSeconds: 2 * 60 * 60,
  newDeviceEmails: true,
}

/** What people read an environment as, in mails and in their authenticator app. */
export function productOf(environment: { readonly id: string; readonly projectSlug: string }): string {
  return isOfInstance(environment) ? 'Claviger' : environment.projectSlug
}

export function isOfInstance(environment: { readonly id: string } | undefined): boolean {
  return environment?.id === instanceEnvironmentId
}
