/** The parts of OpenAPI 3.1 that the builder writes; a reader of the document needs no more. */
export interface OpenApiDocument {
  readonly openapi: '3.1.0'
  readonly info: Info
  readonly servers: readonly { readonly url: string; readonly description?: string }[]
  readonly tags: readonly Tag[]
  readonly 'x-tagGroups': readonly { readonly name: string; readonly tags: readonly string[] }[]
  readonly paths: Readonly<Record<string, PathItem>>
  readonly webhooks: Readonly<Record<string, { readonly post: Operation }>>
  readonly components: Components
  /** Every error of the contract, with what the document has no standard place for. */
  readonly 'x-errors': readonly CatalogueEntry[]
}

export interface Info {
  readonly title: string
  readonly version: string
  readonly summary: string
  readonly description: string
  readonly license: { readonly name: string; readonly identifier: string }
}

export interface Tag {
  readonly name: string
  readonly description: string
  readonly 'x-displayName': string
}

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete'
export type PathItem = { readonly [M in Method]?: Operation }

export interface Operation {
  readonly operationId: string
  readonly tags: readonly string[]
  readonly summary: string
  readonly description?: string
  readonly security: readonly Readonly<Record<string, readonly string[]>>[]
  readonly parameters?: readonly (Parameter | Reference)[]
  readonly requestBody?: RequestBody
  readonly responses: Readonly<Record<string, Response | Reference>>
  readonly 'x-access'?: string
  readonly 'x-permission'?: string
  readonly 'x-emits'?: readonly string[]
  readonly 'x-rate-limits'?: readonly {
    readonly by: string
    readonly requestsMax: number
    readonly windowSeconds: number
    readonly code: string
  }[]
}

export interface Reference {
  readonly $ref: string
}

export type Schema = Readonly<Record<string, unknown>>

export interface Parameter {
  readonly name: string
  readonly in: 'path' | 'query' | 'header'
  readonly required?: boolean
  readonly description?: string
  readonly schema: Schema
  readonly example?: unknown
}

export interface RequestBody {
  readonly required: boolean
  readonly content: Readonly<Record<string, MediaType>>
}

export interface Response {
  readonly description: string
  readonly headers?: Readonly<Record<string, Reference>>
  readonly content?: Readonly<Record<string, MediaType>>
}

export interface MediaType {
  readonly schema: Schema
  readonly example?: unknown
  readonly examples?: Readonly<Record<string, Example | Reference>>
}

export interface Example {
  readonly summary?: string
  readonly value: unknown
}

export interface Header {
  readonly description: string
  readonly schema: Schema
  readonly example?: unknown
}

export interface Components {
  readonly schemas: Readonly<Record<string, Schema>>
  readonly parameters: Readonly<Record<string, Parameter>>
  readonly headers: Readonly<Record<string, Header>>
  readonly responses: Readonly<Record<string, Response>>
  readonly examples: Readonly<Record<string, Example>>
  readonly securitySchemes: Readonly<Record<string, Schema>>
}

export interface CatalogueEntry {
  readonly code: string
  readonly status: number
  readonly title: string
  readonly detail: string
  readonly message?: string
  /** Raised before or after a handler runs, so that any operation may answer it. */
  readonly pipeline: boolean
}
