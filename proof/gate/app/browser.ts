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
  // Names for a host that is not this machine's own, for a sibling and for a foreign site, without a DNS.
  '--host-resolver-rules=MAP *.test 127.0.0.1',
  '--no-proxy-server',
]

/**
 * A Chrome or Chromium of this machine: CHROMIUM_PATH, else the first on PATH; undefined when there is none.
 */
function systemBrowser(): string | undefined {
  const { CHROMIUM_PATH, PATH = '' } = process.env
  if (CHROMIUM_PATH) return CHROMIUM_PATH
  const folders = PATH.split(delimiter).filter(Boolean)
  return folders.flatMap((folder) => NAMES.map((name) => join(folder, name))).find(existsSync)
}

/**
 * What a browser is launched with here: Playwright's own when it was downloaded, else one of this machine.
 */
export async function browserOptions(): Promise<{ executablePath: string | undefined; args: string[] }> {
  const { chromium } = await playwright()
  const own = chromium.executablePath()
  // Chromium refuses its sandbox to root, as in most containers.
  const root = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  return { executablePath: existsSync(own) ? own : systemBrowser(), args: [...QUIET, ...root] }
}

/**
 * Starts a headless browser that keeps pages to go back to, as people's do.
 * @throws with how to get one when there is none
 */
export async function launchBrowser(): Promise<Browser> {
  const { chromium } = await playwright()
  const options = await browserOptions()
  if (!options.executablePath)
    throw new Error(
      'no Chrome or Chromium was found: run `npx playwright install chromium`, or set CHROMIUM_PATH',
    )
  // Playwright would end this process at a signal, before the gate could close what else it has open.
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
