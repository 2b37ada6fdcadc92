import { randomBytes } from 'node:crypto'
import { request } from 'node:http'
import { relative } from 'node:path'
import { ownedIn, pagesIn } from '../../../src/config/config.js'
import { quotedTable } from '../../../src/database/quoted.js'
import { patternsOf } from '../../../src/express/pattern.js'
import { isPublic } from '../../../src/express/public-route.js'
import { type Canaries, leaks, namedIn, newMarks, plantCanaries } from '../../attack/fixture/canary.js'
import { type AttackedTable, ownedTables } from '../../attack/fixture/rows.js'
import { USUAL_SOCKETS } from '../../attack/live/places.js'
import { curl } from '../../gate/app/http.js'
import { senderAt } from '../../gate/app/loopback.js'
import type { Check, Evidence } from '../../gate/check.js'
import type { Gate, Target, Visitor } from '../../gate/gate.js'
import { nextAddress } from '../../gate/people/addresses.js'
import { anonymous } from '../../gate/people/people.js'
import { type Answered, openAnswered } from '../../gate/run/answered.js'
import { recordedRoute } from '../../gate/traffic/exchange.js'
import innerApp from './mutants/express/inner-app.js'
import publicRoute from './mutants/express/public-route.js'
import serverEvents from './mutants/express/server-events.js'
import jobPlace from './mutants/job-place.js'
import requireUser from './mutants/requests/require-user.js'

/**
 * Returns the status of a WebSocket handshake; 0 if the connection just ends.
 * @param as default: an anonymous client
 */
export function upgradeStatus(
  url: string,
  path: string,
  as: Pick<Visitor, 'address' | 'headers'> = { address: nextAddress(), headers: {} },
): Promise<number> {
  return new Promise((resolve) => {
    const headers = {
      connection: 'upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': randomBytes(16).toString('base64'),
      origin: url,
      ...as.headers,
    }
    const asked = request(url + path, { ...senderAt(as.address, headers), agent: false, timeout: 5_000 })
    const done = (status: number) => {
      asked.destroy()
      resolve(status)
    }
    asked.on('upgrade', ({ statusCode = 0 }) => done(statusCode))
    asked.on('response', ({ statusCode = 0 }) => done(statusCode))
    asked.on('timeout', () => done(0))
    asked.on('error', () => resolve(0))
    asked.end()
  })
}

/** Returns the marks of owned rows that public routes, which need no login, show. */
async function shownToAnyone(
  gate: Gate,
  target: Target,
  marks: Canaries,
  answered: Answered,
): Promise<Evidence[]> {
  const problems: Evidence[] = []
  for (const { method, path } of patternsOf(gate.config, 'routes.public')) {
    if (method !== 'GET' && method !== null) continue
    const as = { ...anonymous(), address: nextAddress() }
    const answer = await target.ask('GET', path, { as })
    answered.note(`GET ${path}`, { anonymous: answer.status })
    for (const { place, mark } of leaks(answer, marks))
      problems.push({
        what: 'a public route shows an owned row',
        route: `GET ${path}`,
        ...partsOf(place),
        leaked: mark,
        curl: curl(target.url, 'GET', path, { as }),
      })
  }
  return problems
}

const partsOf = (place: string) => {
  const at = place.lastIndexOf('.')
  return { table: place.slice(0, at), column: place.slice(at + 1) }
}

/** Returns what each copy of pg in the app's process is answered outside a request. */
async function foundOutside(gate: Gate, tables: readonly AttackedTable[]): Promise<Evidence[]> {
  const owned = new Set(tables.flatMap(({ name }) => [name, quotedTable(name)]))
  return (await gate.outside()).flatMap(({ driver, seen }) =>
    seen
      .filter(({ table }) => owned.has(table))
      .map(({ table, rows }) => ({
        what: rows > 0 ? FINDS_ROWS : 'a query outside a request is not refused, and finds nothing',
        table,
        expected: 'no_current_user',
        got: `${rows} rows by ${relative(gate.folder, driver)}`,
      })),
  )
}

const FINDS_ROWS = 'a query outside a request finds rows'

export const loginRequired: Check = {
  id: 'isolation.login-required',
  title: 'Without a login only public routes answer, and a query outside a request is refused',
  proves: ['B1', 'T1'],
  fix: 'List a route under routes.public only if it is meant for everyone and its answer shows nothing of an owned row.',
  async run(gate) {
    const tables = await ownedTables(gate.database, gate.config)
    const marks = newMarks(tables)
    // Before the app starts, so that what it reads and caches at its start has marks too.
    await plantCanaries(gate.database, tables, gate.config.owner.id, marks, namedIn(await gate.traffic()))
    const target = await gate.app()
    const isOpen = isPublic(gate.config)
    const lookups = gate.config.auth.lookups?.routes ?? []
    const open = (req: { method: string; url: string }) =>
      isOpen(req) || lookups.includes(`${req.method} ${req.url}`)
    const answered = openAnswered()
    const problems: Evidence[] = [
      ...(await shownToAnyone(gate, target, marks, answered)),
      ...(await foundOutside(gate, tables)),
    ]
    const client = anonymous()
    const asked = new Set<string>()
    for (const one of [...(await gate.traffic()), ...(await gate.routes())]) {
      const { method, path } = one
      const name = 'route' in one ? recordedRoute(one) : `${method} ${path}`
      const at = path.replace(/:\w+/g, '1').replace(/\*.*$/, 'x')
      const verb = method === 'ALL' ? 'GET' : method
      if (asked.has(`${verb} ${at}`) || open({ method: verb, url: at })) continue
      asked.add(`${verb} ${at}`)
      for (const variant of new Set([at, at.toUpperCase(), `/${at}`, `${at}/`])) {
        const { status } = await target.ask(verb, variant, { as: { ...client, address: nextAddress() } })
        if (variant === at) answered.note(name, { anonymous: status })
        if (status !== 401 && status !== 404 && status !== 302)
          problems.push({
            what: 'answers without a login',
            route: `${verb} ${path}`,
            expected: '401',
            got: `${status} for ${variant}`,
          })
      }
    }
    for (const path of USUAL_SOCKETS) {
      if ((await upgradeStatus(target.url, path)) === 101)
        problems.push({
          what: 'takes a socket without a login',
          route: `GET ${path}`,
          expected: '401',
          got: '101',
        })
    }
    return { exercised: asked.size, unit: 'routes', problems, answers: answered.list() }
  },
  mutants: (config) => [
    ...ownedIn(config)
      .slice(0, 1)
      .map(([table]) => ({
        name: `a policy shows every row of ${table} to unauthenticated queries`,
        names: `${FINDS_ROWS}\n${table}`,
        by: { sql: `create policy gate_shows_all on ${quotedTable(table)} for select using (true)` },
      })),
    {
      name: 'a job without a user finds nothing instead of being refused',
      names: 'a query outside a request is not refused',
      by: { replace: [jobPlace.unnoticed] },
    },
    {
      name: 'no login needed',
      names: 'answers without a login',
      by: { replace: [requireUser.noLogin] },
    },
    {
      name: 'sockets are accepted before authentication',
      names: 'takes a socket without a login',
      by: { replace: [serverEvents.socketsFirst] },
    },
    ...pagesIn(config)
      .slice(0, 1)
      .filter((url) => !isPublic(config)({ method: 'GET', url }))
      .map((index) => ({
        name: 'one page is open',
        names: `GET ${index}\n`,
        by: { env: { FIRST_PAGE: index }, replace: [publicRoute.firstPage, innerApp.greets] },
      })),
  ],
}
