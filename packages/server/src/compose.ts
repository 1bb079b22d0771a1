import { type Dialect, type EventType, routes } from '@claviger/contract'
import { buildOpenApi } from '@claviger/contract/openapi'
import { fluxbase } from '@claviger/fluxbase/wire'
import { kinde } from '@claviger/kinde/wire'
import type { Logger } from 'pino'
import type { Config } from '#config/config'
import type { Clock } from '#kernel/clock'
import type { Endpoint } from '#kernel/endpoint'
import { instanceEnvironmentId } from '#kernel/instance-environment'
import type { Delivery } from '#kernel/outbox'
import type { Transaction } from '#kernel/queries'
import type { Seal } from '#kernel/seal'
import { equalSecrets, hashSecret } from '#kernel/secret'
import { appendEvent } from '#platform/db/append-event'
import { aboveEnvironments, type Database } from '#platform/db/database'
import { createLookUps } from '#platform/db/look-ups'
import { sweepRequests } from '#platform/db/sweep-requests'
import { createClientFailureCounter } from '#platform/http/client-failures'
import { healthEndpoints } from '#platform/http/health'
import { readPages } from '#platform/http/pages'
import { createPipeline } from '#platform/http/pipeline'
import { createHttpServer, type HttpServer, type PlainRoute } from '#platform/http/server'
import { jsonContent } from '#platform/http/wire'
import type { ScheduledJob } from '#platform/jobs/worker'
import { createAnswerLog } from '#platform/log/answer-log'
import { createSmtp } from '#platform/mail/smtp'
import { createMetrics } from '#platform/metrics/metrics'
import { createBreachedPasswords } from '#platform/outgoing/breached-passwords'
import { createGuardedFetch } from '#platform/outgoing/guarded-fetch'
import { createSmsHook, smsHookTimeoutMs } from '#platform/outgoing/sms-hook'
import * as administrators from '#slices/administrators'
import * as apiKeyTokens from '#slices/api-key-tokens'
import * as apiKeys from '#slices/api-keys'
import * as apis from '#slices/apis'
import * as applications from '#slices/applications'
import * as authentication from '#slices/authentication'
import * as devices from '#slices/devices'
import * as emails from '#slices/emails'
import * as erasures from '#slices/erasures'
import * as events from '#slices/events'
import * as identityProviders from '#slices/identity-providers'
import * as imports from '#slices/imports'
import * as invitations from '#slices/invitations'
import * as keyVerifications from '#slices/key-verifications'
import * as lockouts from '#slices/lockouts'
import * as me from '#slices/me'
import * as organizations from '#slices/organizations'
import * as passkeys from '#slices/passkeys'
import * as portalLinks from '#slices/portal-links'
import * as projects from '#slices/projects'
import * as secondFactors from '#slices/second-factors'
import * as secretKeys from '#slices/secret-keys'
import * as sessions from '#slices/sessions'
import * as signingKeys from '#slices/signing-keys'
import * as textMessages from '#slices/text-messages'
import * as tokens from '#slices/tokens'
import * as users from '#slices/users'
import * as verifications from '#slices/verifications'

/** The wires of other vendors, each in a package of its own. */
const dialects: readonly Dialect[] = [fluxbase, kinde]

const lastUseFlushMs = 5_000
const deliveryMs = 1_000
const purgeMsMax = 45_000

/** What the composed server stands on. */
export interface Foundations {
  readonly config: Pick<
    Config,
    | 'breachedPasswordsUrl'
    | 'defaultEnvironment'
    | 'outgoingAllow'
    | 'requestsPerMinute'
    | 'smsHook'
    | 'smtp'
    | 'trustedProxies'
    | 'worker'
  >
  readonly publicUrl: string
  readonly version: string
  readonly database: Database
  readonly seal: Seal
  readonly clock: Clock
  readonly logger: Logger
  readonly operatorToken: string
  /** What whoever sets the installation up from elsewhere has to know. */
  readonly setupToken: string
  readonly isWorkerRunning: () => boolean | undefined
  /** Whether everything that belongs to the server is there: it listens before that. */
  readonly isStarted: () => boolean
}

export interface Application {
  readonly http: HttpServer
  readonly endpoints: readonly Endpoint[]
  readonly jobs: readonly ScheduledJob[]
  /** Send the messages that are due; a node that works does it by itself. */
  readonly deliveries: { readonly emails: Delivery; readonly textMessages: Delivery }
  /** Stops answering, then writes down what is still in memory. The database stays open. */
  stop(): Promise<void>
}

/** Puts the server together: the only place that knows every slice. */
export async function compose(foundations: Foundations): Promise<Application> {
  const { database, seal, clock, logger, publicUrl, config } = foundations
  const { anywhere, aside } = database
  const above = <T>(work: (tx: Transaction) => Promise<T>) => database.transaction(aboveEnvironments, work)
  const secure = publicUrl.startsWith('https:')
  const startedAtMs = clock.now()
  const logAnswer = createAnswerLog(logger)

  // One deactivation ends everything that a user has.
  users.endWithUser('sessions', async (call, tx, userId, reason) => {
    // A ban that is lifted soon opens no portal again.
    await portalLinks.endPortalsOfUser(tx, userId)
    return sessions.revokeSessionsOfUser(call, tx, userId, reason)
  })
  users.endWithUser('apiKeys', apiKeys.countEndingKeys)
  devices.endWithDevice(sessions.revokeSessionsOfDevice)
  // An owner who comes takes with the password every other way in that was set up before.
  users.removeWithPassword('passkeys', passkeys.removePasskeys)
  users.removeWithPassword('identities', identityProviders.unlinkAll)
  users.removeWithPassword('second factors', secondFactors.disableSecondFactors)
  users.removeWithPassword('devices', devices.forgetDevices)
  // And no way in starts a session past a second factor.
  sessions.requireSecondFactor(secondFactors.demandSecondFactor)
  // An application that manages keys is held to what it may do itself.
  secretKeys.holdPermissionsWith(tokens.holdPermissions)

  const lastUse = secretKeys.createLastUse(aside, clock)
  const lookUps = createLookUps(anywhere)
  const verifier = keyVerifications.createVerifier(aside, lookUps, clock)
  const keys = secretKeys.createKeyAuthenticator(lookUps, lastUse.touch)
  const tokenReader = tokens.createTokenReader(anywhere, lookUps, clock, publicUrl)
  const operator = administrators.createOperatorAuthenticator(foundations.operatorToken)
  const setupTokenHash = hashSecret(foundations.setupToken)
  const findEnvironment = async (projectSlug: string, name: string) => {
    const row = await projects.findEnvironment(anywhere, projectSlug, name)
    return row && projects.environmentOf(row)
  }
  const metrics = createMetrics()
  const { outgoingAllow: allow, smsHook, smtp, breachedPasswordsUrl } = config
  const fetch = createGuardedFetch({ allow })
  const hookFetch = createGuardedFetch({ allow, timeoutMs: smsHookTimeoutMs })
  const deliveryServices = {
    anywhere,
    seal,
    transaction: database.transaction,
    record: (tx: Transaction, type: EventType, data: unknown) =>
      appendEvent(tx, { type, data, principal: 'system', requestId: null }),
    failed: (error: unknown) => logger.error({ err: error }, 'An outbox could not be worked on.'),
  }
  const deliveries = {
    emails: emails.createEmailDelivery({ ...deliveryServices, mailer: smtp && createSmtp(smtp) }),
    textMessages: textMessages.createTextMessageDelivery({
      ...deliveryServices,
      messenger: smsHook && createSmsHook(smsHook, hookFetch, clock),
    }),
  }
  const isBreached =
    breachedPasswordsUrl === undefined
      ? async () => false
      : createBreachedPasswords(breachedPasswordsUrl, fetch, (reason) => {
          metrics.breachUnknown()
          logger.warn({ reason }, 'A password was accepted without knowing whether it leaked.')
        })
  let draining = false

  const pipeline = createPipeline({
    database,
    seal,
    fetch,
    isBreached,
    isSetupToken: (token) => equalSecrets(hashSecret(token), setupTokenHash),
    clock,
    publicUrl,
    requestsPerMinute: config.requestsPerMinute,
    authenticators: {
      secretKey: keys.secretKey,
      session: sessions.createSessionAuthenticator(anywhere, clock, publicUrl),
      application: tokenReader.recognize,
      client: applications.createClientAuthenticator(anywhere),
      // Of an unknown client nobody knows the environment.
      clientFailed: createClientFailureCounter(database.read(instanceEnvironmentId)),
      portal: portalLinks.createPortalAuthenticator(anywhere),
      operator,
      administrator: administrators.createAdministratorAuthenticator(database.read(instanceEnvironmentId)),
      browser: sessions.recognizeBrowser,
    },
    environments: {
      byName: findEnvironment,
      byPublishableKey: keys.publishableKey,
      byDefault: () => findEnvironment(config.defaultEnvironment.projectSlug, config.defaultEnvironment.name),
      async ofInstance() {
        const row = await projects.findInstanceEnvironment(anywhere)
        return row && projects.environmentOf(row)
      },
    },
    onAnswer(answer) {
      metrics.observe(answer)
      logAnswer(answer)
      // Whoever waits for a code should not wait for the next round as well.
      if (!config.worker || answer.route.emits.length === 0) return
      const emits = (queued: EventType) => answer.route.emits.some(({ type }) => type === queued)
      if (emits('email.queued')) void deliveries.emails.run()
      if (emits('text_message.queued')) void deliveries.textMessages.run()
    },
  })

  const isDatabaseUp = () => database.ping()
  const own: Endpoint[] = [
    ...healthEndpoints({ ...foundations, startedAtMs, isDatabaseUp }),
    ...projects.endpoints,
    ...secretKeys.endpoints,
    ...apis.endpoints,
    ...applications.endpoints,
    ...tokens.endpointsWith(tokenReader),
    ...users.endpoints,
    ...emails.endpoints,
    ...textMessages.endpoints,
    ...signingKeys.endpoints,
    ...devices.endpoints,
    ...lockouts.endpoints,
    ...sessions.endpoints,
    ...authentication.endpoints,
    ...secondFactors.endpoints,
    ...me.endpoints,
    ...organizations.endpoints,
    ...invitations.endpoints,
    ...identityProviders.endpoints,
    ...passkeys.endpoints,
    ...events.endpoints,
    ...imports.endpoints,
    ...erasures.endpoints,
    ...apiKeys.endpoints,
    ...portalLinks.endpoints,
    ...administrators.endpoints,
    ...keyVerifications.endpointsOf(verifier),
    ...apiKeyTokens.endpointsOf(verifier),
  ]
  // What administrators and portals do as users do is done by the same handlers.
  const endpoints = routes.flatMap((route) => {
    const endpoint = own.find(({ route: { id } }) => id === (route.sameAs ?? route.id))
    return endpoint ? [{ ...endpoint, route }] : []
  })

  const openApi = JSON.stringify(buildOpenApi({ version: foundations.version, serverUrl: publicUrl }))
  const plain: PlainRoute[] = [
    { path: '/openapi.json', answer: async () => ({ status: 200, contentType: jsonContent, body: openApi }) },
    {
      path: '/readyz',
      answer: async () => {
        const database = await isDatabaseUp()
        const ready = database && foundations.isStarted() && !draining
        return {
          status: ready ? 200 : 503,
          contentType: jsonContent,
          body: JSON.stringify({ ready, database, draining }),
        }
      },
    },
    {
      path: '/metrics',
      answer: async ({ isHost, bearer }) => {
        // Numbers about everyone's traffic are for the host and its operator.
        const allowed = isHost || (bearer !== undefined && (await operator(bearer)) !== undefined)
        const body = 'Send the operator token as bearer token.\n'
        if (!allowed) return { status: 401, contentType: 'text/plain', body }
        return { status: 200, contentType: metrics.contentType, body: await metrics.text() }
      },
    },
  ]

  const { defaultEnvironment } = config
  const http = createHttpServer({
    endpoints,
    pipeline,
    dialects,
    clock,
    publicUrl,
    defaultEnvironment: `${defaultEnvironment.projectSlug}/${defaultEnvironment.name}`,
    plain,
    secure,
    pages: await readPages(secure),
    trustedProxies: config.trustedProxies,
    onFault: (error, requestId) =>
      logger.error({ requestId, err: error }, 'A request failed for a reason that nobody foresaw.'),
    isAnyEnvironmentOrigin: (origin) => projects.isAllowedSomewhere(anywhere, origin),
  })

  const flushing = setInterval(() => {
    // What is lost is when a key was last used; the next flush tries again with what came since.
    lastUse
      .flush()
      .catch((error) => logger.warn({ err: error }, 'The last use of keys could not be written.'))
  }, lastUseFlushMs)
  flushing.unref()
  // What processes before this one have noted to be counted, and ended before they could.
  const folding = verifier
    .foldForgotten(0)
    .catch((error) =>
      logger.warn({ err: error }, 'Noted verifications could not be counted; it is tried again.'),
    )
  const delivering = config.worker
    ? Object.values(deliveries).map(({ run }) => setInterval(run, deliveryMs).unref())
    : []

  return {
    http,
    endpoints,
    deliveries,
    jobs: [
      { name: 'sweep_verifications', schedule: '*/30 * * * *', work: () => above(verifications.sweep) },
      {
        name: 'sweep_revoked_tokens',
        schedule: '11 * * * *',
        work: () => above(tokens.sweepRevokedTokens),
      },
      {
        name: 'sweep_portal_links',
        schedule: '23 * * * *',
        work: () => above(portalLinks.sweepPortalLinks),
      },
      { name: 'sweep_requests', schedule: '*/5 * * * *', work: () => above(sweepRequests) },
      {
        name: 'sweep_api_key_revocations',
        schedule: '*/30 * * * *',
        work: () => above(apiKeyTokens.sweepRevocations),
      },
      { name: 'fold_verifications', schedule: '* * * * *', work: () => verifier.foldForgotten(5) },
      { name: 'sweep_devices', schedule: '41 3 * * *', work: () => above(devices.sweepDevices) },
      {
        name: 'sweep_passkey_challenges',
        schedule: '*/5 * * * *',
        work: () => above(passkeys.sweepChallenges),
      },
      {
        name: 'rotate_signing_keys',
        schedule: '17 * * * *',
        work: async () => {
          const { transaction } = database
          const record = (tx: Transaction, data: unknown) =>
            appendEvent(tx, { type: 'signing_key.created', data, principal: 'system', requestId: null })
          const failed = (environmentId: string, error: unknown) =>
            logger.error({ environmentId, err: error }, 'The next signing key could not be made.')
          await signingKeys.rotateDueKeys({ anywhere, seal, transaction, record, failed })
        },
      },
      {
        name: 'purge_projects',
        schedule: '* * * * *',
        work: (stop) => {
          const purge = {
            transaction: above,
            record: (tx: Transaction, data: unknown) =>
              appendEvent(tx, { type: 'project.purged', data, principal: 'system', requestId: null }),
          }
          // Each minute's run ends before the next one begins, so that no more than one is ever at work.
          return projects.purgeDue(purge, AbortSignal.any([stop, AbortSignal.timeout(purgeMsMax)]))
        },
      },
    ],
    async stop() {
      draining = true
      await http.drain()
      clearInterval(flushing)
      for (const timer of delivering) clearInterval(timer)
      await Promise.all(Object.values(deliveries).map((delivery) => delivery.stop()))
      await lastUse.flush().catch(() => {})
      await folding
      await verifier
        .flush()
        .catch((error) =>
          logger.error({ err: error }, 'The last verifications of keys could not be counted.'),
        )
    },
  }
}
