import type * as Published from '@kolaylogin/backend'
import { describe, expect, it } from 'vitest'
import { published } from '../testing/implementations.js'
import * as ours from './index.js'

describe('the package', () => {
  it('exports what the published package exports, and nothing else', () => {
    expect(Object.keys(ours).sort()).toEqual(Object.keys(published).sort())
  })

  it('has the defaults of the published package', () => {
    expect(ours.DEFAULT_API_BASE_URL).toBe('https://api.kolaylogin.com')
    expect(ours.DEFAULT_API_BASE_URL).toBe(published.DEFAULT_API_BASE_URL)
    expect(ours.DEFAULT_JWKS_URL).toBe('https://api.kolaylogin.com/.well-known/jwks.json')
    expect(ours.DEFAULT_JWKS_URL).toBe(published.DEFAULT_JWKS_URL)
  })

  // What TypeScript calls private is still there at run time in the published classes.
  it.each([
    { name: 'KolayLoginAdminClient', privately: [] },
    { name: 'KolayLoginBackendClient', privately: ['baseUrl'] },
    { name: 'PaymentsClient', privately: ['request'] },
  ] as const)('has every public method of $name', ({ name, privately }) => {
    const methodsOf = (library: typeof ours) => Object.getOwnPropertyNames(library[name].prototype).sort()
    expect([...methodsOf(ours), ...privately].sort()).toEqual(methodsOf(published))
  })

  it.each(['users', 'organizations', 'invitations', 'sessions'] as const)(
    'has every method of %s',
    (noun) => {
      const methodsOf = (library: typeof ours) => {
        const kolay = library.createKolayLoginClient({
          baseUrl: 'https://id.example.com',
          secretKey: 'sk_test_x',
        })
        return Object.getOwnPropertyNames(Object.getPrototypeOf(kolay[noun])).sort()
      }
      expect(methodsOf(ours)).toEqual(methodsOf(published))
    },
  )
})

/** Compiles only if `Given` can stand wherever `Wanted` is asked for. */
type Fits<Wanted, Given extends Wanted> = Given

/** The methods of a class as functions: without private members, and with parameters compared strictly. */
type Methods<T> = { [K in keyof T]: T[K] extends (...args: infer A) => infer R ? (...args: A) => R : T[K] }

type TheirAdmin = Published.KolayLoginAdminClient
type OurAdmin = ours.KolayLoginAdminClient

/** The type-check of this file is the proof that code which compiles with theirs compiles with ours. */
export type CompilesInPlaceOfThePublishedPackage = [
  Fits<Methods<TheirAdmin['users']>, Methods<OurAdmin['users']>>,
  Fits<Methods<TheirAdmin['organizations']>, Methods<OurAdmin['organizations']>>,
  Fits<Methods<TheirAdmin['invitations']>, Methods<OurAdmin['invitations']>>,
  Fits<Methods<TheirAdmin['sessions']>, Methods<OurAdmin['sessions']>>,
  Fits<TheirAdmin['request'], OurAdmin['request']>,
  Fits<Methods<Published.KolayLoginBackendClient>, Methods<ours.KolayLoginBackendClient>>,
  Fits<Methods<Published.PaymentsClient>, Methods<ours.PaymentsClient>>,
  Fits<
    Omit<
      typeof Published,
      'createKolayLoginClient' | 'KolayLoginAdminClient' | 'KolayLoginBackendClient' | 'PaymentsClient'
    >,
    typeof ours
  >,
  Fits<ours.KolayLoginClientOptions, Published.KolayLoginClientOptions>,
  Fits<ours.KolayLoginBackendClientOptions, Published.KolayLoginBackendClientOptions>,
  Fits<ours.PaymentsClientOptions, Published.PaymentsClientOptions>,
  Fits<ours.CreatePaymentIntentOptions, Published.CreatePaymentIntentOptions>,
  Fits<ours.RefundOptions, Published.RefundOptions>,
  Fits<ours.VerifySessionJwtOptions, Published.VerifySessionJwtOptions>,
  Fits<ours.VerifyWebhookSignatureOptions, Published.VerifyWebhookSignatureOptions>,
  Fits<ours.HasCheck, Published.HasCheck>,
  // Data that the server sends flows both ways: into code that reads it, and out of fixtures that make it.
  Fits<ours.AdminUser, Published.AdminUser>,
  Fits<Published.AdminUser, ours.AdminUser>,
  Fits<ours.AdminOrganization, Published.AdminOrganization>,
  Fits<Published.AdminOrganization, ours.AdminOrganization>,
  Fits<ours.AdminSession, Published.AdminSession>,
  Fits<Published.AdminSession, ours.AdminSession>,
  Fits<ours.AdminInvitation, Published.AdminInvitation>,
  Fits<Published.AdminInvitation, ours.AdminInvitation>,
  Fits<ours.SessionClaims, Published.SessionClaims>,
  Fits<Published.SessionClaims, ours.SessionClaims>,
  Fits<ours.BillingSnapshot, Published.BillingSnapshot>,
  Fits<Published.BillingSnapshot, ours.BillingSnapshot>,
  Fits<ours.PaymentRow, Published.PaymentRow>,
  Fits<Published.PaymentRow, ours.PaymentRow>,
  Fits<Published.CreatePaymentIntentResult, ours.CreatePaymentIntentResult>,
  Fits<Published.RequireSessionResult, ours.RequireSessionResult>,
  Fits<Published.VerifyWebhookSignatureResult, ours.VerifyWebhookSignatureResult>,
]
