import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { Browser } from '@playwright/test'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome']
const QUIET = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  '--disable-quic',
  // Resolves names without a DNS: a host other than localhost, a sibling host and another site.
  '--host-resolver-rules=MAP *.test 127.0.0.1',
  '--no-proxy-server',
]

/**
 * Returns a Chrome or Chromium of this machine: CHROMIUM_PATH, else the first on PATH; undefined if none is
 * found.
 */
function systemBrowser(): string | undefined {
  const { CHROMIUM_PATH, PATH = '' } = process.env
  if (CHROMIUM_PATH) return CHROMIUM_PATH
  const folders = PATH.split(delimiter).filter(Boolean)
  return folders.flatMap((folder) => NAMES.map((name) => join(folder, name))).find(existsSync)
}

/**
 * Returns the launch options for a browser: Playwright's own if it was downloaded, else one of this machine.
 */
export async function browserOptions(): Promise<{ executablePath: string | undefined; args: string[] }> {
  const { chromium } = await playwright()
  const own = chromium.executablePath()
  // Chromium refuses to run its sandbox as root, which is the user in most containers.
  const root = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  return { executablePath: existsSync(own) ? own : systemBrowser(), args: [...QUIET, ...root] }
}

/**
 * Starts a headless browser with the back-forward cache on, as in users' browsers.
 *
 * @throws an error that says how to install a browser if none is found
 */
export async function launchBrowser(): Promise<Browser> {
  const { chromium } = await playwright()
  const options = await browserOptions()
  if (!options.executablePath)
    throw new Error(
      'no Chrome or Chromium was found: run `npx playwright install chromium`, or set CHROMIUM_PATH',
    )
  // Playwright would end this process on a signal, before the gate could close its other resources.
  const signals = { handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false }
  return chromium.launch({ ...options, ...signals, ignoreDefaultArgs: ['--disable-back-forward-cache'] })
}

async function playwright() {
  try {
    return await import('@playwright/test')
  } catch (cause) {
    throw new Error(
      'no browser can be started: run `npm install --save-dev @playwright/test`, then `npx playwright install chromium`',
      { cause },
    )
  }
}
