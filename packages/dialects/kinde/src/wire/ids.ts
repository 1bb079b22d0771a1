/** How ids of one noun are spelled on Kinde's wire, and read from it. */
export interface IdRule {
  /** Our id in Kinde's spelling. */
  of(id: string): string
  /** Our id, given in either spelling. What is neither is left as it is, and is the id of nothing. */
  read(text: string): string
}

/** Kinde's ids are a prefix, or none, and 32 hexadecimal digits: those of the UUID. */
function prefixed(prefix: string): IdRule {
  return {
    of: (id) => prefix + id.replaceAll('-', ''),
    read(text) {
      const digits = text.startsWith(prefix) ? text.slice(prefix.length) : ''
      return /^[0-9a-f]{32}$/.test(digits)
        ? digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
        : text
    },
  }
}

export const apiKeyId = prefixed('api_key_')
export const apiId = prefixed('')
export const scopeId = prefixed('api_scope_')
/** A client id stays as it is: tokens name it as well, and the token endpoint reads no other spelling. */
export const applicationId: IdRule = { ...prefixed(''), of: (id) => id }
export const userId = prefixed('kp_')
/** The code of an organization. */
export const orgCode = prefixed('org_')

/** What was not said has no id either. */
export function read(rule: IdRule, text: string | undefined): string | undefined {
  return text === undefined ? undefined : rule.read(text)
}

/** What is null has no id in any spelling. */
export function idOrNull(rule: IdRule, id: string | null): string | null {
  return id === null ? null : rule.of(id)
}
