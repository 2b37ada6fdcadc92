import type { Knex } from 'knex'
import type { Evidence } from '../../proof/gate/check.js'
import type { Config } from '../../src/config/config.js'
import { figuresOf, type MetricFigures } from './figures.js'
import { type Item, ItemFacts, NotExercised } from './item.js'
import { register } from './items/accounts.js'
import { items } from './items/index.js'
import { peopleOf, type SmokePeople } from './people.js'
import { type Deployment, openSite, type SiteOptions } from './site.js'

/** What a deployment says of itself at `GET /ready` and `GET …/config`. */
export interface SmokeMode {
  dial: number
  style: 'bearer' | 'refresh'
  refresh: null | 'body' | 'cookie'
  registration: 'open' | 'invite' | 'owner-only'
  /** the name of the cookie that script reads */
  csrfCookie: string
  pages: string
}

/** One run. */
export interface Smoke {
  site: Deployment
  config: Config
  /** the app's folder, with what was committed of it */
  folder: string
  people: SmokePeople
  db: Knex
  mode: SmokeMode
  /** `auth.mount` */
  mount: string
  /** by which the refresh token comes, once one has come */
  refreshCookie: string
  /** `name=value` of the login cookie, by session: next to it alone a refresh cookie counts over https */
  loginCookies: Map<unknown, string>
  /** the figures before any login; null: not served */
  figures: MetricFigures | null
  options: SmokeOptions
}

export interface SmokeOptions {
  url: string
  /** ids of the items to try; the people register in any case; default: all */
  only?: readonly string[]
  /** waits until an access token is over, however long it lives */
  wait: boolean
  /** `POST /path {json}`: how A makes a row; default: as the committed baseline has it */
  rows: readonly string[]
  /** a variable of the deployment, as this process has it */
  variable(name: string): string | undefined
  clock: { now(): number; sleep(ms: number): Promise<void> }
  headers?: SiteOptions['headers']
  signal: AbortSignal
  tell(line: string): void
}

export interface SmokeLine {
  id: string
  title: string
  proves: string[]
  verdict: 'GO' | 'NO-GO' | 'not exercised' | 'unknown'
  exercised: number
  /** what was seen, or why nothing was */
  seen: string[]
  problems: Evidence[]
  fix: string
  ms: number
}

/** What a run asks for before it begins cannot be answered: there is nothing to try. */
export class NoDeployment extends Error {}

/**
 * Goes through the checklist with people of its own, and takes them away again, whatever happens.
 *
 * @param each is called with each line as soon as it is known
 * @throws NoDeployment; the reason of the signal's abort, after the users have been removed
 */
export async function runSmoke(
  { db, config, folder }: Pick<Smoke, 'db' | 'config' | 'folder'>,
  options: SmokeOptions,
  each: (line: SmokeLine) => void,
): Promise<{ lines: SmokeLine[]; mode: SmokeMode }> {
  const { url, signal, clock, headers, tell } = options
  const { mount, header } = config.auth
  const site = openSite(url, { header, headers, signal, sleep: clock.sleep, tell })
  const mode = await modeOf(site, mount)
  const people = peopleOf(db, config)
  const smoke: Smoke = {
    site,
    config,
    folder,
    people,
    db,
    mode,
    mount,
    refreshCookie: options.variable('REFRESH_COOKIE_NAME') ?? 'refresh_token',
    loginCookies: new Map(),
    figures: null,
    options,
  }
  const lines: SmokeLine[] = []
  const note = (line: SmokeLine) => {
    lines.push(line)
    each(line)
  }
  try {
    smoke.figures = await figuresOf(smoke)
    const isAsked = ({ id }: Item) => !options.only?.length || id === register.id || options.only.includes(id)
    for (const item of items.filter(isAsked)) {
      signal.throwIfAborted()
      note(await tried(item, smoke))
    }
  } finally {
    const last = await gone(people)
    if (!signal.aborted || last.verdict !== 'GO') note(last)
    else tell(`interrupted: ${last.seen.join('; ')}`)
  }
  signal.throwIfAborted()
  return { lines, mode }
}

async function tried(item: Item, smoke: Smoke): Promise<SmokeLine> {
  const facts = new ItemFacts()
  const started = performance.now()
  const { id, title, proves, fix } = item
  const done = (verdict: SmokeLine['verdict'], seen = facts.seen): SmokeLine => {
    const { exercised, problems } = facts
    return { id, title, proves, verdict, exercised, seen, problems, fix, ms: performance.now() - started }
  }
  try {
    await item.run(smoke, facts)
  } catch (error) {
    smoke.options.signal.throwIfAborted()
    // What was seen to be wrong before stays wrong.
    if (facts.problems.length) return done('NO-GO')
    const why = (error as Error).message
    return error instanceof NotExercised ? done('not exercised', [why]) : done('unknown', [why])
  }
  if (facts.problems.length) return done('NO-GO')
  return facts.exercised ? done('GO') : done('unknown', ['nothing was tried'])
}

/** The last line, which makes the others safe: no user of this run is left. */
async function gone(people: SmokePeople): Promise<SmokeLine> {
  const started = performance.now()
  const problems: Evidence[] = []
  let removed = 0
  try {
    const found = await people.remove()
    removed = found.removed
    problems.push(...found.left.map(({ login, why }) => ({ what: `${login} could not be removed: ${why}` })))
    if (!found.left.length) problems.push(...(await people.leftovers()).map((what) => ({ what })))
  } catch (error) {
    problems.push({ what: `the people of this run could not be removed: ${(error as Error).message}` })
  }
  return {
    id: 'smoke.removed',
    title: 'Nothing is left of the people of this run, nor of their rows',
    proves: ['R3'],
    verdict: problems.length ? 'NO-GO' : 'GO',
    exercised: removed + 1,
    seen: [`${removed} users and their rows removed`],
    problems,
    fix: 'Remove them by hand: usertwo users remove WHO --yes.',
    ms: performance.now() - started,
  }
}

async function modeOf(site: Deployment, mount: string): Promise<SmokeMode> {
  const ready = await site.ask('GET', '/ready').catch((error: Error) => {
    throw new NoDeployment(`${site.origin} does not answer: ${error.message}`)
  })
  const { dial } = (ready.json ?? {}) as { dial?: unknown }
  const heard = await site.ask('GET', `${mount}/config`)
  const told = (heard.json ?? {}) as Record<string, unknown>
  if (heard.status !== 200 || told.user_management !== true)
    throw new NoDeployment(
      `${site.origin}${site.root}${mount}/config answers ${heard.status}, and not as usertwo does: accounts are there from dial 4 on, ` +
        `with USER_MGMT_ENABLED${typeof dial === 'number' ? `; it says it is at dial ${dial}` : ''}`,
    )
  const { cookie = 'csrftoken' } = (told.csrf ?? {}) as { cookie?: string }
  return {
    // An app that has a route /ready keeps it: below 4 nothing would have answered above.
    dial: typeof dial === 'number' ? dial : Number.NaN,
    style: told.token_style as SmokeMode['style'],
    refresh: told.refresh as SmokeMode['refresh'],
    registration: told.registration as SmokeMode['registration'],
    csrfCookie: cookie,
    pages: String(told.pages ?? '/auth').slice(site.root.length),
  }
}
