// npm run docs:screenshots: writes screenshots into docs/pictures as PNG: account pages of comic-pile at
// phase 8 and the report of its first two gates, each in the light and the dark theme side by side. Unlike
// the SVG files, they differ slightly between machines, so no test compares them. Run this after changing the
// pages or the report.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { takeOnly } from './prepare/arguments.mjs'
import { ROOT } from './prepare/step.mjs'
import { prepare } from './prepare.mjs'

takeOnly()
prepare()

const { launchBrowser } = await import('../dist/proof/gate/app/browser.js')
const { loadProject } = await import('../dist/proof/gate/project.js')
const { openSession } = await import('../dist/proof/gate/session.js')
const { openTemplates } = await import('../dist/proof/gate/templates.js')

const PILE = join(ROOT, 'examples', 'comic-pile')
const THEMES = ['light', 'dark']
const PHONE = { width: 390, height: 620 }
const TABLET = { width: 680, height: 720 }
const LOGIN = { email: 'ann@example.com', password: 'a phrase that is long enough' }

const folder = mkdtempSync(join(tmpdir(), 'usertwo-screenshots-'))
const browser = await launchBrowser()
try {
  await ofAccounts()
  await ofReport()
} finally {
  await browser.close()
  rmSync(folder, { recursive: true })
}

async function ofAccounts() {
  const project = await loadProject(PILE)
  const templates = await openTemplates(project)
  const { signal } = new AbortController()
  const session = await openSession({ project, templates, phase: 8, signal, traffic: async () => [] })
  try {
    const { url } = await session.app({ realTime: true })
    await registered(url)
    const shots = { login: [], account: [] }
    for (const colorScheme of THEMES) {
      const context = await browser.newContext({ viewport: PHONE, colorScheme })
      const page = await context.newPage()
      await page.goto(`${url}/auth/login`)
      shots.login.push(await page.screenshot())
      await submit(page, 'Log in')
      await page.waitForURL(`${url}/`)
      await page.goto(`${url}/auth/account`)
      shots.account.push(await page.screenshot())
      await context.close()
    }
    for (const [name, pair] of Object.entries(shots)) await write(name, pair, PHONE)
  } finally {
    await session.close()
    await templates.stop()
  }
}

async function registered(url) {
  const page = await browser.newPage()
  await page.goto(`${url}/auth/register`)
  await submit(page, 'Register')
  await page.waitForURL(`${url}/`)
  await page.close()
}

async function submit(page, button) {
  await page.locator('input[name=email]').fill(LOGIN.email)
  await page.locator('input[name=password]').fill(LOGIN.password)
  await page.getByRole('button', { name: button }).click()
}

async function ofReport() {
  const output = join(folder, 'report.html')
  const main = join(ROOT, 'dist', 'cli', 'main.js')
  const args = ['gate', '--through', '2', '--reporter', 'html', '--output', output, '--config', PILE]
  execFileSync(process.execPath, [main, ...args], { stdio: ['ignore', 'ignore', 'inherit'] })
  const pair = []
  for (const colorScheme of THEMES) {
    const page = await browser.newPage({ viewport: TABLET, colorScheme })
    await page.goto(pathToFileURL(output).href)
    await page
      .locator('details')
      .first()
      .evaluate((phase) => phase.setAttribute('open', ''))
    pair.push(await page.screenshot())
    await page.close()
  }
  await write('report', pair, TABLET)
}

/** Writes several screenshots side by side into one file. */
async function write(name, pair, { width, height }) {
  const page = await browser.newPage({ viewport: { width: width * pair.length, height } })
  const images = pair.map((png) => `<img src="data:image/png;base64,${png.toString('base64')}">`)
  await page.setContent(`<body style="margin: 0; display: flex">${images.join('')}</body>`)
  const path = `docs/pictures/${name}.png`
  await page.screenshot({ path: join(ROOT, path) })
  await page.close()
  console.log(path)
}
