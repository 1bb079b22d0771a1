import { defineErrors } from '../define/index.js'

export const administratorErrors = defineErrors({
  setup_completed: {
    status: 409,
    title: 'Set up already',
    detail:
      'This installation has an administrator. Sign in, or run `npx claviger admin recover --email …` on the host.',
  },
  invalid_setup_token: {
    status: 401,
    title: 'Setup token not valid',
    detail:
      'Send the setup token as `setupToken`. It is in the file setup.token in the data directory, or in ' +
      'CLAVIGER_SETUP_TOKEN. Without a token an installation can be set up only from its own host.',
  },
  setup_rate_limited: {
    status: 429,
    title: 'Too many tries',
    detail: 'Too many tries to set up this installation. Try again in {retryAfterSeconds} s.',
  },
  administrator_not_found: {
    status: 404,
    title: 'Administrator not found',
    detail: 'Administrator not found',
  },
  administrator_exists: {
    status: 409,
    title: 'Administrator exists',
    detail: '{email} is an administrator already. Change that one instead.',
  },
  last_instance_admin: {
    status: 409,
    title: 'Last administrator',
    detail:
      'Nobody else administers the whole installation. Make another administrator `instance_admin` first, and ' +
      'let it accept its invitation.',
  },
  projects_without_role: {
    status: 400,
    title: 'Projects need another role',
    detail: 'An `instance_admin` administers every project. Leave `projectIds` out, or use `tenant_admin`.',
  },
  operator_required: {
    status: 403,
    title: 'Operator required',
    detail:
      'Only the operator can recover an administrator: run `npx claviger admin recover --email …` on the host.',
  },
})
