import { existsSync } from 'node:fs'
import chromium from '@sparticuz/chromium'
import { type Browser, chromium as playwright } from 'playwright-core'

const unwanted = [
  '--single-process',
  '--no-zygote',
  '--disable-web-security',
  '--allow-running-insecure-content',
  '--disable-site-isolation-trials',
]

/**
 * A real Chromium: the one inside an npm package, or the system's where that package has none for the machine.
 * Switched off is what would look for hosts outside of it.
 */
export async function launchBrowser(): Promise<Browser> {
  const installed = ['/usr/bin/chromium', '/usr/bin/google-chrome'].find((path) => existsSync(path))
  const packaged = process.platform === 'linux' && process.arch === 'x64'
  return playwright.launch({
    executablePath: packaged ? await chromium.executablePath() : (installed ?? ''),
    args: [
      // What the package needs, but for the one process that dies with its first page, and for what would let a
      // page read what another origin answers.
      ...chromium.args.filter((arg) => !unwanted.includes(arg)),
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
    headless: true,
  })
}
