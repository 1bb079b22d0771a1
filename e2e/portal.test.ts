import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { Claviger } from '@claviger/sdk'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { launchBrowser } from './browser.js'
import { createInstallation } from './installation.js'

const installation = await createInstallation()
const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const app = 'https://app.example.com/settings'
let browser: Browser
let sdk: Claviger
let userId: string
/** What a page must not cause: errors in its scripts, and whatever the content security policy refused. */
let complaints: string[]

beforeAll(async () => {
  await installation.start()
  browser = await launchBrowser()
  sdk = new Claviger({ baseUrl: installation.url, secretKey: await installation.makeKey() })
  await sdk.environment.update({
    settings: {
      selfServiceApiKeys: { users: true, organizations: true },
      allowedOrigins: ['https://app.example.com'],
    },
  })
  userId = (await sdk.users.create({ email: 'ada@example.com' })).id
  const { id } = await sdk.apis.create({ name: 'Weather', audience: 'https://api.example.com' })
  await sdk.apiScopes.create(id, { key: 'read:forecasts', description: 'Read forecasts of every station' })
})
afterAll(async () => {
  await browser.close()
  await installation.remove()
})

beforeEach(() => {
  complaints = []
})

async function newPage(options: Parameters<Browser['newContext']>[0] = {}) {
  const context = await browser.newContext(options)
  const page = await context.newPage()
  page.on('pageerror', (error) => complaints.push(error.message))
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
      throw new Error(`refused by policy: ${violatedDirective} ${blockedURI}`)
    })
  })
  return { context, page }
}

async function newLink(more = {}): Promise<string> {
  return (await sdk.portalLinks.create({ userId, page: 'api_keys', returnUrl: app, ...more })).url
}

/** What axe finds wrong, and whether the page is wider than its window. */
async function problems(page: Page): Promise<string[]> {
  await page.evaluate(axe)
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: { run(): Promise<{ violations: { id: string }[] }> } }
    const found = (await axe.run()).violations.map(({ id }) => id)
    return document.documentElement.scrollWidth > innerWidth ? [...found, 'wider than its window'] : found
  })
}

const valid = async (apiKey: string) => (await sdk.apiKeys.verify({ apiKey })).valid
const secretIn = (page: Page) => page.getByRole('textbox', { name: 'Key', exact: true }).innerText()
const copiedIn = (context: BrowserContext) =>
  context.pages()[0]?.evaluate(() => navigator.clipboard.readText())

test('a person makes, copies, rotates and revokes a key by a link, which opens once', async () => {
  const { context, page } = await newPage({
    colorScheme: 'dark',
    viewport: { width: 360, height: 740 },
    permissions: ['clipboard-read', 'clipboard-write'],
  })
  const link = await newLink()
  await page.goto(link)
  const first = page.getByRole('button', { name: 'Make your first key' })
  await first.waitFor()
  // The token is gone from the address bar, and no script reads the cookie that it was exchanged for.
  expect(page.url()).toBe(`${installation.url}/portal`)
  expect(await page.evaluate(() => document.cookie)).toBe('')
  expect(await problems(page)).toEqual([])

  await first.press('Enter')
  const make = page.getByRole('button', { name: 'Make key' })
  await make.click()
  await page.getByText('Give the key a name.').waitFor()
  await page.getByLabel('Name').fill('Nightly report')
  await page.getByLabel('read:forecasts').check()
  expect(await problems(page)).toEqual([])
  await make.click()
  const copy = page.getByRole('button', { name: 'Copy key' })
  await copy.waitFor()
  expect(await problems(page)).toEqual([])
  await page.keyboard.press('Escape')
  await page.keyboard.press('Escape')
  await copy.click()
  await page.getByRole('button', { name: 'Copied' }).waitFor()
  const secret = (await copiedIn(context)) ?? ''
  expect(await secretIn(page)).toBe(secret)
  const verification = await sdk.apiKeys.verify({ apiKey: secret, scopes: ['read:forecasts'] })
  expect(verification).toMatchObject({ valid: true, apiKey: { name: 'Nightly report', userId } })
  const stored = page.getByRole('button', { name: 'I have stored it' })
  await stored.click()
  await page.getByText('“Nightly report” is ready to use.').waitFor()
  expect(await page.content()).not.toContain(secret)

  // Opened again without a link, the page goes on; the link itself is used up.
  await page.reload()
  await page.getByRole('button', { name: 'Rotate Nightly report' }).click()
  await page.getByRole('heading', { name: 'Rotate “Nightly report”?' }).waitFor()
  await page.getByRole('button', { name: 'Rotate key' }).click()
  await copy.waitFor()
  const rotated = await secretIn(page)
  expect([await valid(secret), await valid(rotated)]).toEqual([false, true])
  await stored.click()

  const revoke = page.getByRole('button', { name: 'Revoke Nightly report' })
  await revoke.click()
  await page.getByRole('button', { name: 'Cancel' }).click()
  expect(await valid(rotated)).toBe(true)
  await revoke.click()
  await page.getByRole('button', { name: 'Revoke key' }).click()
  await page.getByText('“Nightly report” is revoked.').waitFor()
  expect(await valid(rotated)).toBe(false)
  await page.getByText('Ended keys (1)').click()
  expect(await page.getByRole('link', { name: 'Back to app.example.com' }).getAttribute('href')).toBe(app)

  const second = await newPage()
  await second.page.goto(link)
  await second.page.getByRole('heading', { name: 'This page is closed' }).waitFor()
  expect(await problems(second.page)).toEqual([])
  await Promise.all([context.close(), second.context.close()])
  expect(complaints).toEqual([])
})

test('an admin manages the keys of an organization, without a clipboard and until another tab takes over', async () => {
  const { id: organizationId } = await sdk.organizations.create({
    name: 'Acme',
    slug: 'acme',
    createdBy: userId,
  })
  const { context, page } = await newPage({ colorScheme: 'light' })
  // As on a page that is not secure.
  await page.addInitScript(() => Object.defineProperty(navigator, 'clipboard', { value: undefined }))
  await page.goto(await newLink({ organizationId }))
  await page.getByText('Acme', { exact: true }).waitFor()
  await page.getByRole('button', { name: 'Make your first key' }).click()
  await page.getByLabel('Name').fill('Production')
  await page.getByLabel('Expires').selectOption('Never')
  await page.getByRole('button', { name: 'Make key' }).click()
  await page.getByRole('button', { name: 'Copy key' }).click()
  await page.getByText('press Ctrl+C').waitFor()
  expect(await page.evaluate(() => getSelection()?.toString())).toBe(await secretIn(page))
  await page.getByRole('button', { name: 'I have stored it' }).click()
  await page.getByRole('button', { name: 'Revoke Production' }).waitFor()
  expect(await problems(page)).toEqual([])
  expect((await sdk.apiKeys.list({ organizationId })).apiKeys).toMatchObject([
    { name: 'Production', expiresAt: null, createdBy: userId },
  ])

  const other = await context.newPage()
  await other.goto(await newLink())
  await page.getByRole('heading', { name: 'Opened in another tab' }).waitFor()

  await other.getByText('ada@example.com').waitFor()
  await sdk.users.ban(userId, {})
  await other.getByRole('button', { name: /^Make/ }).click()
  await other.getByLabel('Name').fill('Too late')
  await other.getByRole('button', { name: 'Make key' }).click()
  await other.getByRole('heading', { name: 'This page is closed' }).waitFor()
  await context.close()
  expect(complaints).toEqual([])
})
