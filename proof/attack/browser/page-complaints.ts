import type { BrowserContext } from '@playwright/test'
import { isPage } from '../../../reading/routes/is-page.js'
import { pagesIn } from '../../../src/config/config.js'
import { sentPath } from '../../../src/express/path.js'
import { isOwnPath } from '../../../src/phases/2-hardening/answers/security-headers.js'
import type { Evidence } from '../../gate/check.js'
import type { Gate, Target } from '../../gate/gate.js'
import { logInBrowser } from '../../gate/people/give-login.js'
import { loginAgain } from '../../gate/people/people.js'
import { describeViolation, onViolation } from './policy-violations.js'
import { stillness } from './stillness.js'

/** An error that a browser reports for a page while it loads. */
interface Complaint {
  /** the same for the same error, on any port */
  what: string
  /** the policy only reports so far: the page works */
  isReported: boolean
}

/** The maximum of pages that are opened, one of each route. */
const MOST = 20
/** How long after its load event a page may still send a request, and fail by the answer. Milliseconds. */
const SETTLES = 2_000

export interface Opened {
  exercised: number
  problems: Evidence[]
  notes: string[]
}

/**
 * Opens every recorded page in a logged-in browser. A page has a problem if its console has an error, a
 * script of it fails or its policy refuses something, and none of that happens without the layers.
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

/**
 * Reports the scripts that do not fail on that page without the layers. An error that also occurs without
 * them is the app's own.
 */
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

/** Starts the app as it was, and returns what a browser reports there for a page. */
async function withoutLayers(gate: Gate) {
  const before = await gate.app({ dial: 0, realTime: true })
  const context = await (await gate.browser()).newContext({ baseURL: before.url })
  // An app that keeps its own login shows its pages to users alone, at each dial.
  if (gate.config.auth.by === 'app' && !gate.config.auth.proxy)
    await logInBrowser(context, gate.config, await loggedInAt(gate, before), before.url)
  return {
    about: async (path: string) =>
      new Set((await complaintsAbout(context, before, path))?.map(({ what }) => what)),
    close: () => context.close(),
  }
}

/** Logs the owner in there too: sessions may be in the memory of a process. */
async function loggedInAt({ config, database, owner }: Gate, target: Target) {
  return loginAgain({ target, database, config }, await owner({ realTime: true }), 'owner')
}

const scriptFails = (message: string) => `a script fails: ${message}`
/** The same text for the same error, on any port. */
const plain = (what: string, url: string) => what.replaceAll(url, '').replace(/\s+/g, ' ').slice(0, 200)

/** Returns one address of each page: those that browser code draws, and the recorded ones. */
export async function recordedPages({ config, traffic }: Gate): Promise<string[]> {
  const pages = new Map(pagesIn(config).flatMap((path) => (path.includes(':') ? [] : [[path, path]])))
  for (const { method, path, route, response } of await traffic())
    if (method === 'GET' && response.status === 200 && isPage(response) && !isOwnPath(config, path)) {
      const name = route?.replace(/^\w+ /, '') ?? sentPath(path)
      if (!pages.has(name)) pages.set(name, path)
    }
  return [...pages.values()]
}

/** Null: the address has no page now; the recording may have created it. */
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
      // Policy violations arrive as events, with their place. The browser requests an icon by itself.
      if (said.type() === 'error' && !/content[ -]security[ -]policy/i.test(said.text()) && !isIcon(at))
        add(`the console says: ${said.text()} ${at}`)
    })
    const compileHandlers = await onViolation(page, (one) => add(describeViolation(one), one.isReported))
    // A download is saved and not shown, so it is not a page.
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
