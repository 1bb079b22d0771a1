import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { createClient } from '@claviger/fluxbase'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { serveAdminPage } from '../packages/dialects/fluxbase/testing/serve-admin-page.js'
import { launchBrowser } from './browser.js'
import { createInstallation } from './installation.js'

const installation = await createInstallation()
const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
let browser: Browser
let page: Page
/** What a page must not cause: errors on the console, and whatever the content security policy refused. */
let complaints: string[]

beforeAll(async () => {
  await installation.start()
  browser = await launchBrowser()
})
afterAll(async () => {
  await browser.close()
  await installation.remove()
})
afterEach(() => page.close())

async function open(
  path: string,
  options: { colorScheme?: 'light' | 'dark'; width?: number } = {},
): Promise<void> {
  const { colorScheme = 'light', width = 1280 } = options
  complaints = []
  page = await browser.newPage({ colorScheme, viewport: { width, height: 800 } })
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      console.error(`refused by policy: ${event.violatedDirective} ${event.blockedURI}`)
    })
  })
  await page.goto(installation.url + path, { waitUntil: 'load' })
}

/** Violations of WCAG 2.2 AA that axe finds. It is evaluated from outside, as the policy lets in no script. */
async function accessibilityProblems(): Promise<string[]> {
  await page.evaluate(axe)
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run(): Promise<{ violations: { id: string; nodes: { target: unknown }[] }[] }> }
    }
    const { violations } = await axe.run()
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target).join(', ')}`)
  })
}

describe.each([
  ['light', 1280],
  ['dark', 1280],
  ['light', 360],
  ['dark', 360],
] as const)('in the %s theme at %i px', (colorScheme, width) => {
  test('the first page tells how the server is, accessibly and under its own policy', async () => {
    await open('/', { colorScheme, width })
    await page.getByText('Everything is in order').waitFor()
    expect(await accessibilityProblems()).toEqual([])
    expect(complaints).toEqual([])
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true)
  })
})

// Both themes and both widths, but not each with each: the page is long, and axe looks at all of it.
describe.each([
  ['light', 1280],
  ['dark', 360],
] as const)('in the %s theme at %i px', (colorScheme, width) => {
  test('the reference shows every operation, accessibly and under its own policy', async () => {
    await open('/reference', { colorScheme, width })
    const openApi = (await (await fetch(`${installation.url}/openapi.json`)).json()) as {
      paths: Record<string, Record<string, { operationId: string }>>
    }
    const ids = Object.values(openApi.paths).flatMap((path) =>
      Object.values(path).map(({ operationId }) => operationId),
    )
    await page.locator(`[id="${ids[0]}"]`).waitFor({ state: 'attached' })
    const missing = await page.evaluate(
      (wanted) => wanted.filter((id) => document.querySelectorAll(`[id="${id}"]`).length !== 1),
      ids,
    )
    expect(missing).toEqual([])
    expect(await accessibilityProblems()).toEqual([])
    expect(complaints).toEqual([])
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true)
  })
})

test('the setup token leaves the address bar at once and is kept nowhere', async () => {
  await open('/#setup=setup_secretsecretsecret')
  await page.getByText('Everything is in order').waitFor()
  expect(page.url()).toBe(`${installation.url}/`)
  const kept = await page.evaluate(() =>
    JSON.stringify([{ ...localStorage }, { ...sessionStorage }, history.state]),
  )
  expect(kept).not.toContain('secretsecret')
  expect(await page.content()).not.toContain('secretsecret')
})

test('people in a browser sign up, and a page of another site cannot use their cookies', async () => {
  await open('/')
  const status = await page.evaluate(async () => {
    const response = await fetch('/v1/auth/sign-up/email-password', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: 'browser@example.com', password: 'Correct-horse-battery-9' }),
    })
    return response.status
  })
  expect(status).toBe(201)
  const cookies = await page.context().cookies()
  expect(cookies.find(({ name }) => name === '__client')).toMatchObject({ httpOnly: true, sameSite: 'Lax' })
  expect(cookies.find(({ name }) => name === '__session')).toMatchObject({ httpOnly: false })
  const me = await page.evaluate(async () => (await fetch('/v1/me')).json())
  expect(me).toMatchObject({ user: { email: 'browser@example.com' } })
  // The same host under another name is another site; its page tries with the visitor's cookies.
  await page.goto(installation.url.replace('127.0.0.1', 'localhost'))
  const refused = await page.evaluate(async (url) => {
    try {
      await fetch(`${url}/v1/auth/sign-out/all`, { method: 'POST', credentials: 'include' })
      return 'readable'
    } catch {
      return 'not readable'
    }
  }, installation.url)
  expect(refused).toBe('not readable')
  await page.goto(installation.url)
  expect(await page.evaluate(async () => (await fetch('/v1/me')).status)).toBe(200)
})

test('a page of an allowed origin signs an administrator in with useAdmin, over a reload, and out again', async () => {
  const credentials = { email: 'admin@example.com', password: 'Correct-horse-battery-9' }
  const client = createClient(installation.url, 'pk_live_of_no_power')
  await client.admin.setup({ ...credentials, name: 'Ada' })
  const adminPage = await serveAdminPage(installation.url)
  const context = await browser.newContext()
  page = await context.newPage()
  const signIn = async (password: string) => {
    await page.getByLabel('Email').fill(credentials.email)
    await page.getByLabel('Password').fill(password)
    await page.getByRole('button', { name: 'Login' }).click()
  }
  const kept = () => page.evaluate(() => Object.keys(localStorage).sort())
  try {
    await page.goto(adminPage.origin)
    await signIn(credentials.password)
    await page.getByText('There is no answer from').waitFor()

    await fetch(`${installation.url}/v1/admin/environment`, {
      method: 'PATCH',
      headers: {
        authorization: `Bearer ${await installation.operatorToken()}`,
        'claviger-environment': 'default/live',
        'content-type': 'application/json',
      },
      body: JSON.stringify({ settings: { allowedOrigins: [adminPage.origin] } }),
    })
    await signIn('something else entirely')
    await page.getByText('401:').waitFor()
    expect(await kept()).toEqual([])

    await signIn(credentials.password)
    await page.getByText(`Welcome, ${credentials.email}`).waitFor()
    expect(await page.getByText('Signed in as instance_admin').count()).toBe(1)
    expect(await kept()).toEqual(['admin_access_token', 'admin_refresh_token', 'admin_token_expires_at'])

    await page.reload()
    await page.getByText(`Welcome, ${credentials.email}`).waitFor()
    // Another tab of the same browser, which signs out for both.
    const other = await context.newPage()
    await other.goto(adminPage.origin)
    const token = await other.evaluate(() => localStorage.getItem('admin_access_token'))
    await other.getByRole('button', { name: 'Logout' }).click()
    await page.getByText('Nobody is signed in').waitFor()
    expect(await kept()).toEqual([])
    client.admin.setToken(token ?? '')
    await expect(client.admin.me()).rejects.toMatchObject({ status: 401 })

    // The hook as Fluxbase's document writes it keeps its tokens under the same names.
    await page.goto(`${adminPage.origin}/document`)
    await signIn(credentials.password)
    await page.getByText(`Welcome, ${credentials.email}`).waitFor()
    await page.reload()
    await page.getByRole('button', { name: 'Logout' }).click()
    await page.getByLabel('Email').waitFor()
    expect(await kept()).toEqual([])
  } finally {
    await adminPage.close()
  }
})
