import { randomInt, randomUUID } from 'node:crypto'
import { looksLikeUuid } from '../../../src/config/canonical-id.js'
import { ownedIn } from '../../../src/config/config.js'
import { gotOf, type Item, ItemFacts, NotExercised } from '../item.js'
import { logInAs } from '../login.js'
import { idIn, type RowMethod, type RowRoute, rowPath, rowRoutes } from '../row-routes.js'
import type { SiteAnswer } from '../site.js'
import type { Smoke } from '../smoke.js'

/** The gate attacks every address; a few are enough here. */
const MOST = 5
/** How often a row is read by another user, because each of several processes answers for itself. */
const READS = 6
/** What an app answers where it has no such route, or no such method there. */
const NO_ROUTE = new Set([404, 405])

export const rows: Item = {
  id: 'smoke.rows',
  title: 'No user can change another user’s row: 403 if the table is readable, else as if it did not exist',
  proves: ['T2', 'T3'],
  fix: 'usertwo gate 6 names the query or the policy; --row names a route that makes a row.',
  async run(smoke, facts) {
    const { mode, folder, config, options, people } = smoke
    if (mode.dial < 6) throw new NotExercised(`at dial ${mode.dial} rows are not kept apart yet`)
    const routes = rowRoutes(folder, config, options.rows).slice(0, MOST)
    if (!routes.length)
      throw new Error(
        `no known route creates a row: give --row 'POST /api/things {"name":"x"}', or record a baseline`,
      )
    const tokens = { a: (await logInAs(smoke, people.a)).access, b: (await logInAs(smoke, people.b)).access }
    let proved = 0
    for (const route of routes) proved += await one(smoke, facts, route, tokens)
    // An attack that even the owner cannot do proves nothing, and a checklist without an attack is not a GO.
    if (proved === 0) throw new Error(`no row was attacked: ${facts.seen.join('; ')}`)
  },
}

/** What another user tried with a row. It counts once the owner's own request shows that the app has such a route. */
interface Attack {
  method: RowMethod
  said: { body?: unknown }
  theirs: SiteAnswer
  seen: ItemFacts
}

interface Tokens {
  a: string
  b: string
}

/** @returns how many requests of others were refused that the owner of the row was then allowed */
async function one(smoke: Smoke, facts: ItemFacts, route: RowRoute, { a, b }: Tokens): Promise<number> {
  const { site } = smoke
  const { path, body, of } = route
  const before = await smoke.people.rowsOf(smoke.people.a)
  const made = await site.ask('POST', path, { token: a, body })
  const id =
    idIn(made.json) ??
    String(made.headers.location ?? '')
      .split('/')
      .pop()
  if (made.status >= 300 || !id) {
    facts.saw(`POST ${path} made no row (${made.status}): not exercised`)
    return 0
  }
  const table = await tableOf(smoke, before)
  facts.holds(table !== null, {
    what: 'the new row does not belong to its creator: no owned table has one row more of them',
    route: made.route,
  })
  if (table === null) return 0
  if (table.enforcement !== 'enforce') {
    facts.saw(`${table.name}: enforcement is ${table.enforcement}: not exercised`)
    return 0
  }
  const at = (key: string) => rowPath(route, key)
  const get = of.some(({ method }) => method === 'GET')
  const asA = get ? await site.ask('GET', at(id), { token: a }) : null
  const attacks: Attack[] = []
  for (const sent of of)
    attacks.push(await attack(smoke, route, sent, { id, b, isReadable: table.isReadable }))
  await untouched(smoke, facts, { path: at(id), a, asA, table: table.name, before })
  if (!table.isReadable) await unlisted(smoke, facts, path, id, b)
  const allowed = await repeatAsOwner(smoke, facts, attacks, { route, id, a })
  if (allowed.length > 0)
    facts.saw(
      `${table.name}, ${table.isReadable ? 'readable' : 'private'}: POST ${path}, then ${allowed.join(', ')} by another user: ${table.isReadable ? 'read 200, else 403' : 'as if it were not there'}`,
    )
  return allowed.length
}

/** Asks for a row of another user's, and without a login. */
async function attack(
  smoke: Smoke,
  route: RowRoute,
  { method, body }: RowRoute['of'][number],
  { id, b, isReadable }: { id: string; b: string; isReadable: boolean },
): Promise<Attack> {
  const { site } = smoke
  const at = (key: string) => rowPath(route, key)
  const seen = new ItemFacts()
  const said = { ...(body !== undefined && { body }) }
  const theirs = await site.ask(method, at(id), { ...said, token: b })
  const reads = isReadable && method === 'GET'
  if (reads) seen.expect(theirs, 200, 'a row of a readable table is not shown')
  else if (isReadable) seen.expect(theirs, 403, 'another user’s row is not refused with 403')
  if (!reads) {
    const missing = await askMissing(smoke, method, at, id, { ...said, token: b })
    if (isReadable) seen.expect(missing[0], 404, 'a row that is not there is not 404')
    else sameAsMissing(seen, theirs, id, missing)
    for (
      let more = method === 'GET' && !isReadable ? READS - 1 : 0;
      more > 0 && !seen.problems.length;
      more--
    )
      sameAsMissing(seen, await site.ask(method, at(id), { ...said, token: b }), id, missing)
  }
  seen.expect(await site.ask(method, at(id), said), [401, 403], 'a row answers without a login')
  return { method, said, theirs, seen }
}

/**
 * Positive control: repeats the requests as the row's owner. A request that is refused to every user proves
 * nothing.
 * @returns the methods that the owner was allowed
 */
async function repeatAsOwner(
  { site }: Smoke,
  facts: ItemFacts,
  attacks: readonly Attack[],
  { route, id, a }: { route: RowRoute; id: string; a: string },
): Promise<string[]> {
  const allowed: string[] = []
  for (const { method, said, theirs, seen } of attacks) {
    const own = await site.ask(method, rowPath(route, id), { ...said, token: a })
    if (route.guessed && NO_ROUTE.has(own.status) && NO_ROUTE.has(theirs.status)) {
      facts.saw(
        `${method} ${route.path}/… is ${own.status} to the owner of the row too: taken for no route of the app`,
      )
      continue
    }
    facts.add(seen)
    if (facts.expect(own, [200, 201, 202, 204], 'a row is refused to its owner')) allowed.push(method)
  }
  return allowed
}

interface FoundTable {
  name: string
  isReadable: boolean
  enforcement: string
}

/** Finds the owned table in which a user has more rows than before. */
async function tableOf(
  { people, config }: Smoke,
  before: Record<string, number>,
): Promise<FoundTable | null> {
  const now = await people.rowsOf(people.a)
  const found = ownedIn(config).find(([name]) => (now[name] ?? 0) > (before[name] ?? 0))
  if (!found) return null
  const [name, { access, enforcement = 'enforce' }] = found
  return { name, isReadable: access === 'readable', enforcement }
}

/** Requests two unused ids: a difference between the two answers is not a sign of a row. */
async function askMissing(
  { site }: Smoke,
  method: string,
  at: (id: string) => string,
  id: string,
  said: object,
): Promise<[SiteAnswer, SiteAnswer, string, string]> {
  const [one, two] = [unusedLike(id), unusedLike(id)]
  return [await site.ask(method, at(one), said), await site.ask(method, at(two), said), one, two]
}

function sameAsMissing(
  facts: ItemFacts,
  theirs: SiteAnswer,
  id: string,
  [one, two, idOne, idTwo]: [SiteAnswer, SiteAnswer, string, string],
): void {
  const look = ({ status, body, headers }: SiteAnswer, key: string) =>
    `${status} ${headers['content-type'] ?? ''} ${body.replaceAll(key, 'ID')}`
  const isSteady = look(one, idOne) === look(two, idTwo)
  const isSame = isSteady ? look(theirs, id) === look(one, idOne) : theirs.status === one.status
  facts.holds(isSame, {
    what: 'another user’s row is answered differently from a missing one',
    route: theirs.route,
    expected: `as for no row: ${gotOf(one)}`,
    got: gotOf(theirs),
  })
}

interface Kept {
  path: string
  a: string
  asA: SiteAnswer | null
  table: string
  before: Record<string, number>
}

async function untouched(
  smoke: Smoke,
  facts: ItemFacts,
  { path, a, asA, table, before }: Kept,
): Promise<void> {
  const { site, people } = smoke
  const now = await people.rowsOf(people.a)
  facts.holds(now[table] === (before[table] ?? 0) + 1, {
    what: 'another user has removed a row',
    route: path,
    table,
  })
  if (!asA) return
  const again = await site.ask('GET', path, { token: a })
  facts.holds(again.status === asA.status && again.body === asA.body, {
    what: 'another user has changed a row',
    route: again.route,
    table,
    expected: gotOf(asA),
    got: gotOf(again),
  })
}

async function unlisted(
  { site }: Smoke,
  facts: ItemFacts,
  path: string,
  id: string,
  b: string,
): Promise<void> {
  const list = await site.ask('GET', path, { token: b })
  if (list.status !== 200) return
  facts.holds(!list.body.includes(id), {
    what: 'another user’s list shows a private row',
    route: list.route,
  })
}

/** An unused id of the same kind. */
function unusedLike(id: string): string {
  if (looksLikeUuid(id)) return randomUUID()
  if (/^\d+$/.test(id)) return String(2_000_000_000 + randomInt(100_000_000))
  return `${'0'.repeat(Math.max(1, id.length - 6))}${randomInt(100_000, 999_999)}`
}
