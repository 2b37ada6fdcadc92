import { databaseInWords, isOfPostgres, NO_HOOK, ONLY_POSTGRES } from '../../../reading/facts/databases.js'
import type { Facts } from '../../../reading/facts/facts.js'
import { update } from '../../../reading/facts/supported.js'
import { phases } from '../../../src/phases/index.js'
import { type FindingKind, type KindId, kindFor, kindIds, type ScanFinding } from '../kinds.js'
import type { Scanned } from '../scan.js'

/** A look, and what to type after it. */
export interface ScanReport extends Scanned {
  /** the command that comes next */
  next: string
}

/** One way to tell it. */
export interface ScanOutput {
  name: string
  /** the whole report, ending in a newline */
  render(report: ScanReport): string
}

/** The findings of one kind. */
export interface Group extends FindingKind {
  id: KindId
  findings: ScanFinding[]
}

/** First what no phase fixes, then by phase; within a phase by severity. */
export function chapters({ findings, facts }: Pick<Scanned, 'findings' | 'facts'>): {
  heading: string
  groups: Group[]
}[] {
  const groups = kindIds.flatMap((id): Group[] => {
    const own = findings.filter(({ kind }) => kind === id)
    return own.length ? [{ id, ...kindFor(id, facts), findings: own }] : []
  })
  if (groups.length && isElsewhere(facts)) return [{ heading: 'What was found', groups }]
  const numbers = [null, ...phases.map(({ number }) => number)]
  return numbers.flatMap((number) => {
    const inside = groups.filter(({ phase }) => phase === number)
    return inside.length ? [{ heading: fixedBy(number), groups: inside }] : []
  })
}

/** `phase 6, isolation`; `no phase` */
export function fixedBy(number: number | null): string {
  const phase = phases.find((one) => one.number === number)
  return phase ? `Phase ${phase.number}, ${phase.name}` : 'No phase fixes this'
}

/** Whether the app keeps its rows in another database, so that no phase comes. */
export const isElsewhere = ({ databases: [database] }: Facts): boolean => database?.reach === 'other'

/** Where the app keeps its rows, and what that means for it. */
export function databaseLine({ databases, handles }: Facts): string {
  const [database, ...others] = databases
  if (!database) return 'none was found in the source'
  const also = others.length ? `; also ${others.map(databaseInWords).join(', ')}` : ''
  if (database.reach === 'pg') {
    const own = handles.filter(({ driver }) => isOfPostgres(driver))
    const opened = own.map(({ driver, at }) => `${driver} at ${at}`).join(', ')
    return `${opened ? `PostgreSQL, by ${opened}` : databaseInWords(database)}${also}`
  }
  const why = database.reach === 'unhooked' ? NO_HOOK : ONLY_POSTGRES
  return `${databaseInWords(database)}${also}: ${why}`
}

/** The facts about the app, as pairs of a label and a text. */
export function factLines({ facts, tables, logins, routes, findings }: Scanned): [string, string][] {
  const { start } = facts
  const versions = facts.versions.map(
    ({ name, version, locked }) => `${name} ${version}${locked ? '' : ' (not locked)'}`,
  )
  const asked = tables.filter((table) => table.asked).length
  const reach = routeReach({ findings, routes })
  return [
    [
      'app',
      facts.home ? `${facts.name}, by ${facts.home}` : `${facts.name}: no package.json here names Express`,
    ],
    ...serverLines(facts),
    ['versions', versions.join(', ') || 'none known'],
    ...(isElsewhere(facts) ? [] : oldLines(facts)),
    ['modules', `${facts.modules}${facts.typescript ? ', TypeScript' : ''}`],
    ['starts by', startLine(start)],
    ['users', facts.users ? usersLine(facts.users, tables) : noUsers(facts, logins)],
    ['user 1', userOneLine(findings)],
    ...loginLines(facts, logins),
    ['logs by', facts.logging.join(', ') || 'console alone'],
    ...facts.sockets.map((text): [string, string] => ['socket', text]),
    ...(facts.streams.length
      ? [['streams', `server-sent events at ${facts.streams.join(', ')}`] as [string, string]]
      : []),
    ['routes', routesLine(reach, routes)],
    [
      'tables',
      tables.length
        ? `${tables.length}${asked ? ` (${asked} known by queries alone)` : ''}, ${leaking(reach)}${reach.open.length ? ', and what the open routes reach' : ''}`
        : 'none declared in the source',
    ],
  ]
}

/** A route may lead to rows of others by an owner who is written out, and not by a query whose table is known. */
function leaking({ routes, tables }: RouteReach): string {
  if (routes.length && !tables.length) return 'which of them would leak is not known'
  return `${tables.length} of them would leak${tables.length ? `: ${tables.join(', ')}` : ''}`
}

/** A login asks some table: none by the name or columns of users. */
function noUsers({ logins: packages, refuses }: Scanned['facts'], logins: Scanned['logins']): string {
  if (logins.length) return 'no table of users was recognized'
  return `no table of users${packages.length || refuses ? '' : ': the app treats every client as the owner'}`
}

/** Of several packages those that serve. */
function serverLines({ servers, unbuilt }: Scanned['facts']): [string, string][] {
  const [first] = servers
  return [
    ...(servers.length === 1
      ? [['server', `${first!.folder} is the server: ${first!.at} listens`] as [string, string]]
      : servers.map(({ folder, at }): [string, string] => [
          'server',
          `${folder}, by ${at}: an app of its own`,
        ])),
    ...unbuilt.map(({ at, folder, build }): [string, string] => [
      'pages',
      `${at} serves ${folder}, which is not there: ${build} makes it`,
    ]),
  ]
}

/** A line for each login that was found, else the packages for one. */
function loginLines(facts: Scanned['facts'], logins: Scanned['logins']): [string, string][] {
  if (logins.length)
    return logins.map(({ by, at, advice }) => [
      'login',
      `${by} at ${at}${isElsewhere(facts) ? '' : `: ${advice}`}`,
    ])
  return [
    [
      'login',
      facts.logins.join(', ') ||
        (facts.refuses
          ? `by no package; the app refuses clients itself at ${facts.refuses}`
          : 'no package for one: the app treats every client as its owner'),
    ],
  ]
}

/** A line for each library that is too old. The version may be a range: `^7.18.2`. */
function oldLines({ versions }: Scanned['facts']): [string, string][] {
  return versions.flatMap(({ name, version }): [string, string][] => {
    const old = update(name, version)
    return old ? [[name, old]] : []
  })
}

/** A route that was not followed to its end is never counted as one that leads nowhere. */
function routesLine({ routes, open, understood, readOnly }: RouteReach, seen: Scanned['routes']): string {
  const all = seen.length
  if (!all) return 'none found'
  const known = understood === all ? 'all understood' : `${understood} understood`
  const left = open.length
    ? `; ${open.length} ${open.length === 1 ? 'is' : 'are'} open and may lead there`
    : ''
  const people = seen.filter(({ asksUsers }) => asksUsers).length
  const users = people
    ? `, ${people} ${people === 1 ? 'asks' : 'ask'} the table of users, which is not judged`
    : ''
  const shared = readOnly.length ? `, ${readOnly.length} to tables that no code writes alone` : ''
  return `${all} in the source, ${known}: ${routes.length} lead to rows of other users${shared}${users}${left}`
}

/** Open routes, each with the first thing in it that is not known. */
export function openLines({ findings, routes }: Pick<Scanned, 'findings' | 'routes'>): string[] {
  const open = new Set(routeReach({ findings, routes }).open)
  return routes.flatMap(({ method, path, open: [first] }) =>
    first && open.has(`${method} ${path}`) ? [`${method} ${path}  ${first.at} ${first.why}`] : [],
  )
}

/** The table with where it is declared, and its columns. */
function usersLine(name: string, tables: Scanned['tables']): string {
  const table = tables.find((one) => one.name === name)
  if (!table) return `table ${name}`
  return `table ${name} at ${table.at}${table.columns.length ? `: ${table.columns.join(', ')}` : ', its columns are not in the source'}`
}

/** The user that the code most often assumes. */
function userOneLine(findings: readonly ScanFinding[]): string {
  const places = findings.filter(({ kind }) => kind === 'owner-id')
  const first = places.find(({ what }) => /the first of/.test(what)) ?? places[0]
  if (!first) return 'written out nowhere: any client'
  const others = places.length - 1
  return `${first.what.replace(/^SQL: /, '')} (${first.at}${others ? ` and ${others} more` : ''})`
}

function startLine({ command, listens, exported }: Scanned['facts']['start']): string {
  return [
    command ?? 'nothing in package.json says how',
    ...(listens.length ? [`listens at ${listens.join(', ')}`] : []),
    exported.length ? `the app is exported at ${exported.join(', ')}` : 'the app is exported nowhere',
  ].join('; ')
}

/** Findings that say that a route reaches rows that are not the caller's. */
const ROWS = /^(everybodys-rows|owner-id|owner-from-request)$/

/** Where the routes of an app lead, as far as they were followed. */
interface RouteReach {
  /** routes that lead to rows that are not the caller's */
  routes: string[]
  /** the tables of these rows */
  tables: string[]
  /** routes that were not followed to their end, and were not seen to lead to such rows before it */
  open: string[]
  understood: number
  /** routes that read tables that no code writes, and no other rows */
  readOnly: string[]
}

export function routeReach({ findings, routes }: Pick<Scanned, 'findings' | 'routes'>): RouteReach {
  const leaks = findings.filter(({ kind }) => ROWS.test(kind))
  const behind = new Set(leaks.flatMap((one) => one.routes ?? []))
  const read = findings.filter(({ kind }) => kind === 'read-only-table')
  const open = routes.filter((one) => one.open.length > 0).map(({ method, path }) => `${method} ${path}`)
  return {
    routes: [...behind],
    tables: [...new Set(leaks.flatMap(({ table }) => table ?? []))],
    open: open.filter((route) => !behind.has(route)),
    understood: routes.length - open.length,
    readOnly: [...new Set(read.flatMap((one) => one.routes ?? []))].filter((route) => !behind.has(route)),
  }
}
