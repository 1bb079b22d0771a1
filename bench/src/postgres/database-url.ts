/** The same server and login, another database. Knows the forms that `pg` accepts, sockets included. */
export function databaseUrlFor(connectionString: string, databaseName: string): string {
  if (connectionString.startsWith('socket:')) {
    const [path = '', query = ''] = connectionString.split('?')
    const parameters = new URLSearchParams(query)
    parameters.set('db', databaseName)
    return `${path}?${parameters}`
  }
  // Not `new URL`: an empty host, as in `postgresql://user:word@/name?host=/run`, is no URL to it.
  const parts = /^([a-z]+:\/\/[^/?]*)(?:\/[^?]*)?(\?.*)?$/.exec(connectionString)
  if (parts === null) throw new Error('The connection string is not a postgresql:// or socket: URL.')
  return `${parts[1]}/${databaseName}${parts[2] ?? ''}`
}
