import type { Edit, Evidence, Finding, RouteCoverage } from '../../../gate/check.js'
import type { AppOptions, Gate, Member, Target, Visitor } from '../../../gate/gate.js'
import { type Answer, curl } from '../../../gate/http.js'
import { nextAddress } from '../../../gate/people.js'
import { EPOCH } from '../../../gate/templates.js'
import type { Exchange } from '../../../gate/traffic/exchange.js'
import { clockOf } from '../../../gate/traffic/har.js'
import { send } from '../../../gate/traffic/send.js'
import { type Canaries, leaks, plantCanaries } from './canary.js'
import { changed, crossings, fingerprints, keysOf, ownedTables, sharedKeys } from './rows.js'
import { idsIn, withMissingIds } from './slots.js'

/**
 * Plays the owner's recorded day. Before each of the owner's requests the second person, an administrator like the
 * owner, sends the very same one, with the owner's ids, and once more with ids that do not exist. The two answers
 * must be the same, hold nothing of the owner's, and leave every row of the owner's as it was; the owner's own
 * request on the same data is the control, without which the attack proves nothing.
 */
export async function campaign(gate: Gate, edits: Edit[] = []): Promise<Finding> {
  const how = campaignApp(edits)
  const target = await gate.app(how)
  const { owner, other, ranges } = await gate.people(how)
  await gate.database.sql(`update ${gate.config.users.table} set is_admin = true`)
  const tables = await ownedTables(gate.database, gate.config)
  const canaries = await plantCanaries(gate.database, tables, owner.id)
  // A number that is also the key of a row everybody reads says nothing about whose it is.
  const shared = await sharedKeys(gate.database, gate.config)
  const problems: Evidence[] = []
  const routes = new Map<string, RouteCoverage>()
  let attacks = 0

  for (const [at, exchange] of (await gate.traffic()).entries()) {
    if (gate.signal.aborted) break
    const route = exchange.route ?? `${exchange.method} ${exchange.path.split('?')[0]} (no route)`
    const coverage = routes.get(route) ?? { route, attacks: 0, controls: 0 }
    routes.set(route, coverage)
    const known = await keysOf(gate.database, tables, owner.id)
    for (const key of shared) known.delete(key)
    const before = await fingerprints(gate.database, tables, owner.id)
    await ranges.take('other')
    const tried = await attack({
      target,
      as: elsewhere(other),
      exchange,
      clock: clockOf(EPOCH, at),
      known,
      canaries,
    })
    const touched = changed(before, await fingerprints(gate.database, tables, owner.id))
    for (const table of touched)
      tried.problems.push({
        what: `rows of the owner in ${table} were changed by somebody else's request`,
        table,
      })
    await ranges.take('owner')
    const { answer } = await send(target, exchange, clockOf(EPOCH, at), elsewhere(owner))
    if (answer.status >= 200 && answer.status < 300) coverage.controls++
    if (tried.exercised) {
      coverage.attacks++
      attacks++
    }
    const repeat = curl(target.url, exchange.method, exchange.path, {
      as: other,
      body: exchange.request.body ?? undefined,
    })
    problems.push(...tried.problems.map((problem) => ({ route, curl: repeat, ...problem })))
  }
  for (const what of await crossings(gate.database, tables)) problems.push({ what })
  for (const coverage of routes.values())
    if (!coverage.controls) coverage.exempt = await whyNot(coverage.route, gate)
  return {
    exercised: attacks,
    unit: 'attacks',
    problems: problems.slice(0, 50),
    routes: [...routes.values()],
  }
}

/** The app as it is attacked: internal routes are on, so that they are attacked too and not only closed. */
export function campaignApp(edits: Edit[] = []): AppOptions {
  return { env: { ENABLE_INTERNAL_OPS_ROUTES: 'true' }, edits }
}

/** Limits by address are the app's own; here each request comes from another one, so that they answer nothing. */
function elsewhere(person: Member): Visitor {
  return { ...person, address: nextAddress() }
}

interface Attempt {
  target: Target
  as: Visitor
  exchange: Exchange
  clock: number
  known: ReadonlyMap<string, string>
  canaries: Canaries
}

async function attack({
  target,
  as,
  exchange,
  clock,
  known,
  canaries,
}: Attempt): Promise<{ exercised: boolean; problems: Evidence[] }> {
  const { answer: foreign } = await send(target, exchange, clock, as)
  const problems = revealed(foreign, known, canaries)
  const swapped = withMissingIds(exchange, new Set(known.keys()))
  if (swapped) {
    const { answer: absent } = await send(target, swapped.request, clock, as)
    const [expected, got] = [comparable(absent, swapped.ids), comparable(foreign, swapped.ids)]
    if (expected !== got)
      problems.push({
        what: 'a row of the owner answers somebody else otherwise than a missing one',
        expected,
        got,
      })
  }
  // Held up before the app: nothing was found out about its rows.
  return { exercised: ![401, 429, 503].includes(foreign.status), problems }
}

/** What of the owner's an answer to somebody else holds. */
function revealed(answer: Answer, known: ReadonlyMap<string, string>, canaries: Canaries): Evidence[] {
  const texts = leaks(answer, canaries).map((column) => ({
    what: `${column} of the owner was shown to somebody else`,
    table: column.split('.')[0],
  }))
  const ids = answer.status < 300 ? idsIn(answer.body).filter((id) => known.has(id)) : []
  const shown = [...new Set(ids)]
    .slice(0, 3)
    .map((id) => ({ what: `id ${id} of the owner was shown to somebody else`, table: known.get(id) }))
  return [...texts, ...shown]
}

/** An answer without the ids that were asked for. */
function comparable({ status, headers, body }: Answer, ids: ReadonlyMap<string, string>): string {
  let text = body
  for (const [own, missing] of ids)
    text = text.replaceAll(missing, '<id>').replace(new RegExp(`(?<![\\w-])${own}(?![\\w-])`, 'g'), '<id>')
  return `${status} ${headers['content-type'] ?? ''} ${text.slice(0, 400)}`
}

async function whyNot(route: string, gate: Gate): Promise<string> {
  if (route.endsWith('(no route)')) return 'no route of the app: static files and unknown paths'
  const shared = Object.entries(gate.config.tables).filter(([, table]) => table.access !== 'private')
  return `the owner got no 2xx here either: recorded so, or a table nobody writes at this phase (${shared.map(([name]) => name).join(', ')})`
}
