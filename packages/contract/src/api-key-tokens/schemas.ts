import Type from 'typebox'
import { Resource } from '../define/index.js'

export const keyTokenLifetimeSecondsMin = 60
/** No token lives longer, so what ended longer ago than this is of no interest to whoever verifies tokens. */
export const keyTokenLifetimeSecondsMax = 300
export const keyTokenLifetimeSecondsDefault = 120

export const ApiKeyToken = Resource('ApiKeyToken', 'A short-lived token that stands for an API key.', {
  token: Type.String({
    description:
      'A JWT of the type `at+jwt` (RFC 9068), signed with a key of the key set of the environment. `token_use` is ' +
      '`api_key`, which no other token says; `aud` is the audience of the API of the key and nothing else; ' +
      '`key_id`, `user_id` and `org_id` say whose it is, `scope` and `scp` what it may do.',
  }),
  tokenType: Type.Literal('Bearer'),
  expiresIn: Type.Integer({
    description: 'Seconds from now; less than asked for where the key ends before.',
  }),
})

export const ApiKeyRevocations = Resource('ApiKeyRevocations', 'Keys whose tokens are not to be accepted.', {
  list: Type.String({
    description:
      'A JWT of the type `api-key-revocations+jwt`, signed as the tokens are. `revoked` has, by the id of each key ' +
      'that ended or was changed lately, the lowest `key_version` of a token that is still good; `iat` says as of ' +
      'when, `exp` until when it may be used at all, and `max_age` how old a token can be that it knows of.',
  }),
})
