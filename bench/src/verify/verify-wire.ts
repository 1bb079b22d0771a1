/** How one product is asked whether a key is valid, and how its answer says so. */
export type VerifyWire = {
  readonly path: string
  /** The property of the body that holds the key. */
  readonly property: string
  /** What stands in the body of an answer that says valid, and of no other. */
  readonly validMark: string
  /** The id of the key in the answer. */
  readonly readKeyId: (body: never) => string | null | undefined
}

export const clavigerVerify: VerifyWire = {
  path: '/v1/admin/api-keys/verify',
  property: 'apiKey',
  validMark: '"valid":true',
  readKeyId: (body: { verification: { apiKey: { id: string } | null } }) => body.verification.apiKey?.id,
}

export const kindeVerify: VerifyWire = {
  path: '/api/v1/api_keys/verify',
  property: 'api_key',
  validMark: '"is_valid":true',
  // Its ids are our own in another spelling.
  readKeyId: ({ key_id: id }: { key_id: string | null }) =>
    id?.replace(/^api_key_(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'),
}

export const betterAuthVerify: VerifyWire = {
  path: '/verify',
  property: 'key',
  validMark: '"valid":true',
  readKeyId: (body: { key: { id: string } | null }) => body.key?.id,
}
