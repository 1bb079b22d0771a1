import { permissions } from '@claviger/contract'
import { invalid } from './fields.js'

const words: Readonly<Record<string, string>> = { '*': '*', read: '*:read', '*:read': '*:read' }

/** A permission of ours in Fluxbase's words. */
export function scopeOf(permission: string): string {
  return permission === '*:read' ? 'read' : permission
}

/**
 * Scopes as permissions of ours: everything, everything that only reads, or one by its name, with noun and verb in
 * either order.
 */
export function permissionsOf(scopes: readonly string[]) {
  return scopes.map((scope) => {
    const [first = '', second = ''] = scope.replaceAll('-', '_').split(':')
    const names = [words[scope], `${first}:${second}`, `${second}:${first}`]
    const found = ['*' as const, '*:read' as const, ...permissions].find((each) => names.includes(each))
    if (!found) {
      const allowed = ['*', 'read', ...permissions].join(', ')
      throw invalid(`${scope.slice(0, 100)} is not a scope. The scopes are ${allowed}.`)
    }
    return found
  })
}
