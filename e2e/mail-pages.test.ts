import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { Claviger } from '@claviger/sdk'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchBrowser } from './browser.js'
import { createInstallation } from './installation.js'

const installation = await createInstallation()
const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const email = 'ada@example.com'
let browser: Browser
let operator: Claviger

beforeAll(async () => {
  await installation.start()
  browser = await launchBrowser()
  operator = new Claviger({
    baseUrl: installation.url,
    operatorToken: await installation.operatorToken(),
    environment: 'default/live',
  })
})
afterAll(async () => {
  await browser.close()
  await installation.remove()
})

async function post(path: string, body: object) {
  const response = await fetch(installation.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  return { status: response.status, body: JSON.parse(await response.text()) }
}

/** Opens the link of the newest mail, as a person does. */
async function openNewestLink(
  colorScheme: 'light' | 'dark',
  to = email,
): Promise<{ page: Page; link: string }> {
  const [newest] = (await operator.emails.list({ to })).items
  const { text } = await operator.emails.get(newest?.id ?? '')
  return openLink(/https?:\/\/\S+/.exec(text ?? '')?.[0] ?? '', colorScheme)
}

async function openLink(link: string, colorScheme: 'light' | 'dark' = 'light') {
  expect(link.startsWith(`${installation.url}/auth/`)).toBe(true)
  const page = await browser.newPage({ colorScheme })
  await page.goto(link)
  await page.evaluate(axe)
  const violations = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: { run(): Promise<{ violations: { id: string }[] }> } }
    return (await axe.run()).violations.map(({ id }) => id)
  })
  expect(violations).toEqual([])
  return { page, link }
}

test('a person follows the links of mails to verify an address, sign in and set a password', async () => {
  await post('/v1/auth/sign-up/email-password', { email, password: 'Correct-horse-battery-9' })
  const verification = await openNewestLink('light')
  await verification.page.getByRole('button').click()
  await verification.page.getByText('The address is confirmed.').waitFor()
  expect((await operator.users.list({ email })).users[0]?.emails[0]?.isVerified).toBe(true)

  await post('/v1/auth/sign-in/magic-link', { email })
  const magic = await openNewestLink('dark')
  // The token is gone from the address bar, and with it from the history.
  expect(magic.page.url()).not.toContain('token')
  await magic.page.getByRole('button').click()
  await magic.page.getByText('You are signed in.').waitFor()
  const me = await magic.page.evaluate(async () => (await fetch('/v1/me')).json())
  expect(me.user.email).toBe(email)
  const again = await browser.newPage()
  await again.goto(magic.link)
  await again.getByRole('button').click()
  await again.getByRole('status').waitFor()
  expect(await again.getByRole('status').textContent()).not.toContain('signed in')

  await post('/v1/auth/password/reset/request', { email })
  const reset = await openNewestLink('light')
  await reset.page.getByLabel('New password').fill('weak')
  await reset.page.getByRole('button').click()
  await reset.page.getByText('at least 10 characters').waitFor()
  await reset.page.getByLabel('New password').fill('Better-horse-battery-10')
  await reset.page.getByRole('button').click()
  await reset.page.getByText('The password is set.').waitFor()
  const signIn = (password: string) => post('/v1/auth/sign-in/email-password', { email, password })
  expect((await signIn('Correct-horse-battery-9')).status).toBe(401)
  expect((await signIn('Better-horse-battery-10')).status).toBe(200)
})

test('somebody who is invited to administer chooses a password, is signed in, and resets it later', async () => {
  const invited = 'alan@example.com'
  await operator.administrators.create({ email: invited, role: 'instance_admin' })
  const open = async () => {
    const [newest] = (await operator.instance.listEmails({ to: invited })).items
    return openLink(
      /https?:\/\/\S+/.exec((await operator.instance.getEmail(newest?.id ?? '')).text ?? '')?.[0] ?? '',
    )
  }
  const { page } = await open()
  expect(page.url()).not.toContain('token')
  await page.getByLabel('Your name').fill('Alan')
  await page.getByLabel('Password').fill('a long enough sentence')
  await page.getByRole('button').click()
  await page.getByText('You are signed in.').waitFor()
  const me = await page.evaluate(async () => (await fetch('/v1/instance/me')).json())
  expect(me.administrator).toMatchObject({ email: invited, name: 'Alan', status: 'active' })
  expect(await page.evaluate(() => document.cookie)).not.toContain('claviger_admin')

  await post('/v1/instance/auth/password/reset/request', { email: invited })
  const reset = await open()
  await reset.page.getByLabel('New password').fill('another long sentence')
  await reset.page.getByRole('button').click()
  await reset.page.getByText('The password is set.').waitFor()
  const again = await post('/v1/instance/auth/sign-in', { email: invited, password: 'another long sentence' })
  expect(again.status).toBe(200)
})

test('a person who is invited opens the link, signs in elsewhere, and accepts', async () => {
  const invited = 'grace@example.com'
  const { id: orgId } = await operator.organizations.create({ name: 'Acme', slug: 'acme' })
  await operator.invitations.create({ email: invited, orgId, sendEmail: true })
  const { page } = await openNewestLink('dark', invited)
  expect(page.url()).not.toContain('token')
  const accept = page.getByRole('button', { name: 'Accept' })
  await accept.click()
  await page.getByText('Sign in with the address that was invited').waitFor()
  expect((await operator.memberships.list(orgId)).total).toBe(0)

  await page.evaluate(async (email) => {
    await fetch('/v1/auth/sign-up/email-password', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email, password: 'Correct-horse-battery-9' }),
    })
  }, invited)
  await accept.click()
  await page.getByText('You are a member now.').waitFor()
  expect((await operator.memberships.list(orgId)).memberships).toMatchObject([{ email: invited }])
})
