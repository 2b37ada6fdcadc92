import { existsSync } from 'node:fs'
import { browserOptions } from '../../proof/gate/app/browser.js'
import { findBinaries } from '../../proof/postgres/embedded/binaries.js'
import { accountToMake } from '../../proof/postgres/embedded/os-user.js'
import { type Diagnosis, look, ok, wrong } from './diagnosis.js'

/** What gates need of this machine. */
export async function lookAtMachine(): Promise<Diagnosis[]> {
  return [await server(), ...account(), await browser(), mail()]
}

async function server(): Promise<Diagnosis> {
  try {
    const { version } = await findBinaries()
    return ok('gate’s server', `PostgreSQL ${version}`)
  } catch (error) {
    return wrong('gate’s server', 'not installed', (error as Error).message)
  }
}

function account(): Diagnosis[] {
  const command = accountToMake()
  if (command === null) return []
  return [
    look(
      'gate’s account',
      'you are root, PostgreSQL refuses to run as root, and no account "postgres" exists',
      `a gate makes it (${command}); to prevent that, run as an ordinary user`,
    ),
  ]
}

async function browser(): Promise<Diagnosis> {
  const fix = 'npx playwright install chromium, or let CHROMIUM_PATH name a Chrome or Chromium'
  try {
    const { executablePath } = await browserOptions()
    if (!executablePath) return wrong('browser', 'found no Chrome or Chromium', fix)
    if (!existsSync(executablePath)) return wrong('browser', `${executablePath} does not exist`, fix)
    return ok('browser', executablePath)
  } catch (error) {
    return wrong('browser', 'Playwright is not installed', (error as Error).message)
  }
}

function mail(): Diagnosis {
  return look(
    'mail',
    'usertwo sends none',
    'an admin hands on what a mail would: usertwo claim, usertwo users reset-link',
  )
}
