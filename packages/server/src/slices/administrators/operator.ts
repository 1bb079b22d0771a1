import type { AdministratorPrincipal } from '#kernel/principal'
import { equalSecrets, hashSecret, isWellFormedSecret } from '#kernel/secret'

export const operatorTokenPrefix = 'op_'
export const operatorId = 'operator'

/**
 * The operator on the host: whoever can read the data directory of a node may administer the installation
 * through that node. The token is made anew at every start and lies in the data directory, for its owner only.
 */
export function createOperatorAuthenticator(operatorToken: string) {
  const expected = hashSecret(operatorToken)
  const operator: AdministratorPrincipal = { kind: 'administrator', id: operatorId, permissions: ['*'] }

  return async function administrator(token: string): Promise<AdministratorPrincipal | undefined> {
    const matches =
      isWellFormedSecret(token, operatorTokenPrefix) && equalSecrets(hashSecret(token), expected)
    return matches ? operator : undefined
  }
}
