import type { EnvironmentSettings } from '@claviger/contract'
import type { Environment } from '#kernel/principal'

const defaults: EnvironmentSettings = {
  allowedOrigins: [],
  passwordPolicy: {
    lengthMin: 10,
    uppercase: true,
    lowercase: true,
    digit: true,
    symbol: false,
    refuseBreached: true,
  },
  sessionLifetimeSeconds: 7 * 24 * 60 * 60,
  sessionIdleSeconds: null,
  signingAlgorithm: 'ES256',
  passkeys: null,
  secondFactor: 'optional',
  newDeviceEmails: true,
  links: {},
  selfServiceApiKeys: { users: false, organizations: false },
  membersPerOrganizationMax: null,
}

/** In a test environment a page on the developer's own machine may sign people in. */
const testDefaults: EnvironmentSettings = {
  ...defaults,
  allowedOrigins: ['http://localhost:*', 'http://127.0.0.1:*'],
}

/** Only what differs from the defaults is stored, so that a better default reaches every environment. */
export function effectiveSettings(name: string, stored: Partial<EnvironmentSettings>): EnvironmentSettings {
  return { ...(name === 'test' ? testDefaults : defaults), ...stored }
}

/** An environment as the database has it, wherever it was found. */
export interface EnvironmentRow {
  readonly environment_id: string
  readonly environment_name: string
  readonly settings: Partial<EnvironmentSettings>
  readonly project_id: string
  readonly project_slug: string
  readonly environment_created_at: string
  readonly environment_updated_at: string
}

export function environmentOf(row: EnvironmentRow): Environment {
  return {
    id: row.environment_id,
    name: row.environment_name as Environment['name'],
    projectId: row.project_id,
    projectSlug: row.project_slug,
    settings: effectiveSettings(row.environment_name, row.settings),
    createdAt: row.environment_created_at,
    updatedAt: row.environment_updated_at,
  }
}
