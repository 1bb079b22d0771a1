import { routes } from '../api.js'
import type { ErrorDefinition, Route } from '../define/index.js'
import type { Example, Reference, Response } from './document.js'
import { errorsOf } from './errors-of.js'
import { headersOf, type ResponseHeader } from './headers.js'
import { oauthErrorOf, problemExample, problemOf } from './problem.js'

/** The errors of a route as responses: one for each status, with the codes that it may carry. */
export function problemResponsesOf(route: Route): Record<string, Response | Reference> {
  const responses = byStatus(route).map(([status, errors]) => {
    if (route.style === 'oauth') return [status, oauthResponseOf(status, errors)] as const
    const name = nameOf(errors)
    const response =
      name in sharedProblems ? { $ref: `#/components/responses/${name}` } : responseOf(status, errors)
    return [status, response] as const
  })
  return Object.fromEntries(responses)
}

function oauthResponseOf(status: number, errors: readonly ErrorDefinition[]): Response {
  return {
    description: errors.map(({ title }) => `${title}.`).join(' '),
    headers: headersOf(...(headersByStatus[status] ?? [])),
    content: { 'application/json': { schema: oauthErrorOf(errors) } },
  }
}

function responseOf(status: number, errors: readonly ErrorDefinition[]): Response {
  return {
    description: errors.map(({ code, title }) => `\`${code}\`: ${title}.`).join(' '),
    headers: headersOf(...(headersByStatus[status] ?? [])),
    content: {
      'application/problem+json': {
        schema: problemOf(status, errors),
        examples: Object.fromEntries(
          errors.map(({ code }) => [code, { $ref: `#/components/examples/${code}` }]),
        ),
      },
    },
  }
}

/** The headers that say what to do about a refusal. Limits are told by the answers that were counted. */
const headersByStatus: Readonly<Record<number, readonly ResponseHeader[]>> = {
  401: ['WWW-Authenticate'],
  429: ['Retry-After'],
  503: ['Retry-After'],
}

type OfStatus = readonly [status: number, errors: readonly ErrorDefinition[]]

function byStatus(route: Route): OfStatus[] {
  const errors = errorsOf(route)
  const statuses = [...new Set(errors.map((error) => error.status))].sort((a, b) => a - b)
  return statuses.map((status) => [status, errors.filter((error) => error.status === status)])
}

/** `user_not_found` as the name of a response: `UserNotFound`. */
function nameOf(errors: readonly ErrorDefinition[]): string {
  return errors
    .map(({ code }) => code.replace(/(?:^|_)(\w)/g, (_, letter: string) => letter.toUpperCase()))
    .join('Or')
}

const withProblems = routes.filter(({ style }) => style === undefined)

/** The answers that several operations give alike, kept once. More than four codes make no name. */
export const sharedProblems: Readonly<Record<string, Response>> = Object.fromEntries(
  withProblems
    .flatMap(byStatus)
    .filter(([, errors]) => errors.length <= 4)
    .map((ofStatus) => [nameOf(ofStatus[1]), ofStatus] as const)
    .filter(([name], index, all) => all.findIndex(([other]) => other === name) !== index)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, [status, errors]]) => [name, responseOf(status, errors)]),
)

/** One occurrence of every error that some operation may answer. */
export const problemExamples: Readonly<Record<string, Example>> = Object.fromEntries(
  [...new Set(withProblems.flatMap(errorsOf))]
    .sort((a, b) => (a.code < b.code ? -1 : 1))
    .map((error) => [error.code, problemExample(error)]),
)
