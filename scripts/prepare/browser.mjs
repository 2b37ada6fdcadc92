import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { delimiter, join } from 'node:path'
import { attempt, ROOT, StepFailed, say } from './step.mjs'

// The same names as in proof/gate/app/browser.ts.
const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome']

/** Downloads Chromium if no browser is installed: Playwright's build, or else Debian's package. */
export function findOrGetBrowser() {
  const { CHROMIUM_PATH } = process.env
  if (CHROMIUM_PATH && !existsSync(CHROMIUM_PATH))
    throw new StepFailed(`CHROMIUM_PATH=${CHROMIUM_PATH}: the file does not exist. Correct it, or unset it.`)
  if (CHROMIUM_PATH || onPath() || existsSync(playwrightsOwn())) return
  say('No Chrome or Chromium found; downloading one (playwright install chromium) …')
  const downloaded = playwright('install', 'chromium')
  if (downloaded.ok && runs()) return
  const root = process.getuid?.() === 0 && existsSync('/etc/debian_version')
  if (root && downloaded.ok) {
    say('It lacks libraries of this machine; installing them (playwright install-deps chromium) …')
    if (playwright('install-deps', 'chromium').ok && runs()) return
  }
  if (root && !downloaded.ok) {
    say('The download failed; installing Debian’s (apt-get install chromium) …')
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    const install = () =>
      attempt('apt-get', ['install', '-y', '--no-install-recommends', 'chromium'], { env }).ok
    if ((install() || (attempt('apt-get', ['update'], { env }).ok && install())) && onPath()) return
  }
  throw new StepFailed(
    `${downloaded.tail.split('\n').slice(-6).join('\n')}\n\nNo browser could be installed, and the gates of phase 5 need one. ` +
      'Install Chrome or Chromium, or set CHROMIUM_PATH to one, then start again.',
  )
}

function onPath() {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean)
  return folders.some((folder) => NAMES.some((name) => existsSync(join(folder, name))))
}

function playwrightsOwn() {
  return createRequire(import.meta.url)('@playwright/test').chromium.executablePath()
}

/** Returns whether the downloaded browser finds the libraries it needs. */
const runs = () => attempt(playwrightsOwn(), ['--version'], { minutes: 1 }).ok

function playwright(...args) {
  const cli = join(createRequire(import.meta.url).resolve('@playwright/test/package.json'), '..', 'cli.js')
  return attempt(process.execPath, [cli, ...args], { cwd: ROOT, minutes: 10 })
}
