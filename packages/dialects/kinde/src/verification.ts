/** What `verifyApiKey` resolves with: all ten fields, whether the key is good or not. */
export interface ApiKeyVerification {
  readonly code: 'API_KEY_VERIFIED' | 'API_KEY_INVALID'
  /** What was found, in a sentence. */
  readonly message: string
  /** Whether the key may be used now. Nothing else says so. */
  readonly is_valid: boolean
  /** Null for a key that there is not. */
  readonly key_id: string | null
  /** `inactive`: disabled, past its end, or of an owner who may not use it. Null for a key that there is not. */
  readonly status: 'active' | 'inactive' | 'revoked' | null
  /** What the key may do, such as `read:users`; empty unless the key is valid. */
  readonly scopes: readonly string[]
  /** The organization that it is for, or null. */
  readonly org_code: string | null
  /** The user whose it is, or null. */
  readonly user_id: string | null
  /** ISO 8601, this verification included; null before the first. */
  readonly last_verified_on: string | null
  /** How often the key was found valid, this time included. */
  readonly verification_count: number
}
