import type { BrowserContext } from '@playwright/test'
import { isPage } from '../../../reading/routes/is-page.js'
import { pagesIn } from '../../../src/config/config.js'
import { sentPath } from '../../../src/express/path.js'
import { isOwnPath } from '../../../src/phases/2-hardening/answers/security-headers.js'
import type { Evidence } from '../../gate/check.js'
import type { Gate, Target } from '../../gate/gate.js'
import { describeViolation, onViolation } from './policy-violations.js'
import { stillness } from './stillness.js'

/** What a browser says is wrong with a page while it loads. */
interface Complaint {
  /** the same for the same fault, wherever the app listens */
  what: string
  /** the policy is only reported yet: the page works */
  isReported: boolean
}

/** Pages that are opened at most, one of each route. */
const MOST = 20
/** How long after its load event a page may still ask for something, and fail by the answer. ms */
const SETTLES = 2_000

export interface Opened {
  exercised: number
  problems: Evidence[]
  notes: string[]
}

/**
 * Opens every page that was recorded in a browser that is logged in. A page is wrong where its console has an error,
 * a script of it fails or its policy refuses something, and none of that happens to it without the layers.
 */
export async function openPages(gate: Gate, target: Target, loggedIn: BrowserContext): Promise<Opened> {
  const pages = await recordedPages(gate)
  const bare = await withoutLayers(gate)
  const found: Opened = { exercised: 0, problems: [], notes: [] }
  for (const path of pages.slice(0, MOST)) {
    const now = await complaintsAbout(loggedIn, target, path)
    if (!now) continue
    found.exercised++
    const known = await bare.about(path)
    for (const { what, isReported } of now.filter((one) => !known.has(one.what)))
      if (isReported) found.notes.push(`GET ${path}: from phase 7 on ${what}`)
      else found.problems.push({ what: `the page ${path}: ${what}`, route: `GET ${path}` })
  }
  if (pages.length > MOST) found.notes.push(`not opened: ${pages.slice(MOST).join(', ')}`)
  await bare.close()
  return found
}

/** A script that failed on a page, with the layers. */
export interface FailedLoad {
  path: string
  message: string
}

/** Those of them that do not fail on that page without the layers: an error that it has there is its own. */
export async function failedByLayers(gate: Gate, { url }: Target, failed: FailedLoad[]): Promise<Evidence[]> {
  if (failed.length === 0) return []
  const bare = await withoutLayers(gate)
  const found: Evidence[] = []
  for (const { path, message } of failed)
    if (!(await bare.about(path)).has(plain(scriptFails(message), url)))
      found.push({ what: 'a script of a page failed', route: path, got: message })
  await bare.close()
  return found
}

/** The app as it was, and what a browser says there of a page. */
async function withoutLayers(gate: Gate) {
  const before = await gate.app({ dial: 0, realTime: true })
  const context = await (await gate.browser()).newContext({ baseURL: before.url })
  return {
    about: async (path: string) =>
      new Set((await complaintsAbout(context, before, path))?.map(({ what }) => what)),
    close: () => context.close(),
  }
}

const scriptFails = (message: string) => `a script fails: ${message}`
/** The same for the same fault, wherever the app listens. */
const plain = (what: string, url: string) => what.replaceAll(url, '').replace(/\s+/g, ' ').slice(0, 200)

/** One address of each page: those that browser code draws, and those that were recorded. */
export async function recordedPages({ config, traffic }: Gate): Promise<string[]> {
  const pages = new Map(pagesIn(config).flatMap((path) => (path.includes(':') ? [] : [[path, path]])))
  for (const { method, path, route, response } of await traffic())
    if (method === 'GET' && response.status === 200 && isPage(response) && !isOwnPath(config, path)) {
      const name = route?.replace(/^\w+ /, '') ?? sentPath(path)
      if (!pages.has(name)) pages.set(name, path)
    }
  return [...pages.values()]
}

/** Null: no page is there now; what was recorded may have been made that day. */
async function complaintsAbout(
  context: BrowserContext,
  { url }: Target,
  path: string,
): Promise<Complaint[] | null> {
  const page = await context.newPage()
  const found = new Map<string, Complaint>()
  const add = (what: string, isReported = false) => {
    const said = plain(what, url)
    found.set(said, { what: said, isReported })
  }
  try {
    const quiet = stillness(page, SETTLES)
    page.on('pageerror', ({ message }) => add(scriptFails(message)))
    page.on('console', (said) => {
      const { url: at } = said.location()
      // What a policy refuses is heard as an event, with its place; an icon a browser asks for by itself, once.
      if (said.type() === 'error' && !/content[ -]security[ -]policy/i.test(said.text()) && !isIcon(at))
        add(`the console says: ${said.text()} ${at}`)
    })
    const compileHandlers = await onViolation(page, (one) => add(describeViolation(one), one.isReported))
    // What is saved and not shown is no page.
    const answer = await page.goto(path).catch(() => null)
    if (answer?.status() !== 200) return null
    await quiet()
    await compileHandlers()
    return [...found.values()]
  } finally {
    await page.close()
  }
}

const isIcon = (url: string) => sentPath(url).endsWith('/favicon.ico')
