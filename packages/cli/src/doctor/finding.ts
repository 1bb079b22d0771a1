/** What the doctor looks at. The names are public: programs compare them. */
export type CheckName =
  | 'node'
  | 'configuration'
  | 'data_directory'
  | 'port'
  | 'database'
  | 'migrations'
  | 'master_key'
  | 'server'
  | 'clock'

/** What one check has found. */
export interface Finding {
  readonly check: CheckName
  readonly ok: boolean
  /** What is so; and where that is wrong, what to do. */
  readonly message: string
}

export function good(check: CheckName, message: string): Finding {
  return { check, ok: true, message }
}

export function bad(check: CheckName, message: string): Finding {
  return { check, ok: false, message }
}
