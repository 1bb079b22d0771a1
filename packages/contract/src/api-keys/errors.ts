import { defineErrors } from '../define/index.js'

export const apiKeyErrors = defineErrors({
  api_key_not_found: { status: 404, title: 'API key not found', detail: 'API key not found' },
  unknown_api: {
    status: 404,
    title: 'No such API',
    detail: 'There is no API with this id that keys can be for. Register it first; its id is in the answer.',
  },
  unknown_scope: {
    status: 400,
    title: 'No such scope',
    detail: 'The API has no scope {scope}. Add it to the API first, or leave it out.',
  },
  unknown_owner: {
    status: 404,
    title: 'No such owner',
    detail: 'There is no {owner} with this id, or the user is not a member of the organization.',
  },
  api_key_revoked: {
    status: 409,
    title: 'API key revoked',
    detail: 'The key was revoked, which is for good. Make a new one.',
  },
  api_keys_not_offered: {
    status: 403,
    title: 'Not offered here',
    detail:
      'People do not manage keys of their own here. The setting `selfServiceApiKeys` of the environment lets them.',
  },
  api_key_limit_reached: {
    status: 403,
    title: 'API key limit reached',
    detail:
      'There are {keysMax} active keys already, the most for a person or an organization. Revoke one first.',
  },
  api_key_of_member: {
    status: 403,
    title: 'Key of a member',
    detail: 'The key stands for a member, and its secret is nobody else’s. Revoke it instead.',
  },
})
