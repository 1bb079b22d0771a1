import { describe, expect, test } from 'vitest'
import { apiId, apiKeyId, applicationId, orgCode, scopeId, userId } from './ids.js'

const id = '0195ac80-a14e-7d71-b42b-98e75d3c61ad'
const digits = '0195ac80a14e7d71b42b98e75d3c61ad'

describe.each([
  ['API key', apiKeyId, `api_key_${digits}`],
  ['API', apiId, digits],
  ['scope', scopeId, `api_scope_${digits}`],
  ['application', applicationId, id],
  ['user', userId, `kp_${digits}`],
  ['organization', orgCode, `org_${digits}`],
])('the id of an %s', (_, rule, spelled) => {
  test('is spelled in one way, and read in that and in ours', () => {
    expect(rule.of(id)).toBe(spelled)
    expect(rule.read(spelled)).toBe(id)
    expect(rule.read(id)).toBe(id)
  })

  test.each(['', 'garbage', `usr_${digits}`, `${spelled}0`, spelled.slice(0, -1)])(
    'is not read out of "%s", which stays what it is',
    (text) => expect(rule.read(text)).toBe(text),
  )
})
