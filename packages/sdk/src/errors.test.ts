import { describe, expect, it } from 'vitest'
import {
  ApiError,
  AuthenticationError,
  apiError,
  BadRequestError,
  ClavigerError,
  ConflictError,
  ConnectionError,
  GoneError,
  InternalServerError,
  NotFoundError,
  PermissionDeniedError,
  RateLimitError,
  UnprocessableError,
} from './errors.js'

const fields = {
  code: 'some_code',
  type: 'about:blank',
  title: 'Title',
  detail: 'Detail.',
  requestId: undefined,
  retryAfterSeconds: undefined,
  headers: new Headers(),
  errors: [],
}

describe('an error', () => {
  it.each([
    [400, BadRequestError],
    [401, AuthenticationError],
    [403, PermissionDeniedError],
    [404, NotFoundError],
    [409, ConflictError],
    [410, GoneError],
    [413, ApiError],
    [422, UnprocessableError],
    [429, RateLimitError],
    [500, InternalServerError],
    [503, InternalServerError],
  ])('of status %d has its own class, and is an ApiError and a ClavigerError', (status, ErrorClass) => {
    const error = apiError({ ...fields, status })
    expect(error.constructor).toBe(ErrorClass)
    expect(error.name).toBe(ErrorClass.name)
    expect(error).toBeInstanceOf(ErrorClass)
    expect(error).toBeInstanceOf(ApiError)
    expect(error).toBeInstanceOf(ClavigerError)
    expect(error).toBeInstanceOf(Error)
    expect(error).not.toBeInstanceOf(ConnectionError)
  })

  it('is no instance of another class, and nothing else is one of it', () => {
    const error = apiError({ ...fields, status: 404 })
    expect(error).not.toBeInstanceOf(ConflictError)
    for (const other of [null, undefined, 'x', {}, new Error('x')]) {
      expect(other).not.toBeInstanceOf(ClavigerError)
    }
  })

  it('of a class that a program derives is told from its siblings', () => {
    class OrderError extends ClavigerError {
      override name = 'OrderError'
    }
    expect(new OrderError('x')).toBeInstanceOf(OrderError)
    expect(new OrderError('x')).toBeInstanceOf(ClavigerError)
    expect(new ClavigerError('x')).not.toBeInstanceOf(OrderError)
  })

  it('says what happened, its code and its request in one line', () => {
    expect(apiError({ ...fields, status: 404, requestId: 'r1' }).message).toBe(
      'Detail. (404 some_code, request r1)',
    )
    expect(apiError({ ...fields, status: 404 }).message).toBe('Detail. (404 some_code)')
  })
})
