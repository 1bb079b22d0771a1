import type { ErrorDefinition } from '@claviger/contract'

type Data = Readonly<Record<string, string | number | boolean>>

/** One thing that is wrong with a request, at a JSON pointer (RFC 6901) into it. */
export interface Problem {
  readonly pointer: string
  readonly code: string
  readonly detail: string
}

/**
 * The one error that a caller is told about. What it says comes from its definition in the contract;
 * everything else that is thrown becomes `internal_error` and is logged.
 */
export class Failure extends Error {
  override readonly name = 'Failure'
  readonly definition: ErrorDefinition
  readonly data: Data
  readonly problems: readonly Problem[]

  constructor(definition: ErrorDefinition, data: Data = {}, problems: readonly Problem[] = []) {
    super(definition.detail.replace(/\{(\w+)\}/g, (whole, key: string) => String(data[key] ?? whole)))
    this.definition = definition
    this.data = data
    this.problems = problems
  }
}

/** Makes the failure of a definition: `throw fail(errors.organization_slug_taken, { slug })`. */
export function fail(definition: ErrorDefinition, data?: Data): Failure {
  return new Failure(definition, data)
}

/** Refuses a request for reasons that the schema cannot know; each problem names its place. */
export function invalid(definition: ErrorDefinition, problems: readonly Problem[]): Failure {
  const summary = problems.map((problem) => `${problem.pointer || '/'} ${problem.detail}`).join('; ')
  return new Failure(definition, { problems: summary }, problems)
}
