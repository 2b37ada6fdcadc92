import { findCollections, findDangerousRoutes, schemaChanges } from '../../proof/inventory/hot-spots.js'
import { type App, readApp } from '../../reading/app/app.js'
import { ownProcesses } from '../../reading/app/own-processes.js'
import { copiesOf } from '../../reading/app/versions.js'
import { type Facts, factsOf } from '../../reading/facts/facts.js'
import { ownCalls } from '../../reading/facts/own-calls.js'
import { askedByRoutes, declaredTables } from '../../reading/facts/tables.js'
import { type FollowedRoute, followRoutes } from '../../reading/flow/flow.js'
import { guessOwners } from '../../reading/owners/owner.js'
import { findOwnerIds, functionsOf, type Site } from '../../reading/owners/owner-ids.js'
import { answersFixed } from '../../reading/routes/fixed-answer.js'
import { inlineCalls, limitsByAddress } from '../../reading/routes/page-habits.js'
import { routesInSource, type SourceRoute } from '../../reading/routes/routes-in-source.js'
import type { DeclaredTable } from '../../reading/schema/schema-in-sql.js'
import { findSharedLocks } from '../../reading/schema/shared-locks.js'
import { findSqlInterpolation } from '../../reading/schema/sql-interpolation.js'
import { routesTo } from '../../reading/syntax/reach.js'
import { isCall } from '../../reading/syntax/syntax.js'
import { children, locate, type Node, traverse } from '../../reading/syntax/tree.js'
import { type KindId, kindIds, type ScanFinding } from './kinds.js'
import { loginsIn, type ScannedLogin } from './logins.js'
import { starredSettings, wildcardCors } from './rules/cors.js'
import { changedInDatabase } from './rules/database-functions.js'
import { errorText } from './rules/error-text.js'
import { firstUser } from './rules/first-user.js'
import { leaksOf, reachedRows } from './rules/followed-rows.js'
import { clientKey, ownerFromRequest, wholeBody } from './rules/from-request.js'
import { logged } from './rules/logged.js'
import { moduleCaches, sharedModuleCaches } from './rules/module-cache.js'
import { outsideServices } from './rules/outside-services.js'
import { childProcess } from './rules/processes.js'
import { everybodysRows, isShared, merged, writtenTables } from './rules/rows.js'
import type { Rule } from './rules/rule.js'
import { schemaSync } from './rules/schema-sync.js'
import { committedVariables, secretInSource } from './rules/secrets.js'
import { servedUpload } from './rules/served-upload.js'
import { serverStatistics } from './rules/server-statistics.js'
import { sharedBatch } from './rules/shared-batch.js'
import { strayGlobals } from './rules/stray-globals.js'
import { swallowedError } from './rules/swallowed.js'
import { timer } from './rules/timers.js'
import { unhookedLibrary } from './rules/unhooked-library.js'

/** What a scan of an app found. The same folder gives the same result. */
export interface Scanned {
  facts: Facts
  tables: DeclaredTable[]
  /** its own logins, each once */
  logins: ScannedLogin[]
  /** with what was not understood of each; an empty list means that the route was followed to its end */
  routes: (Pick<FollowedRoute, 'method' | 'path' | 'at' | 'open'> & {
    /** it queries the table of users: the scan does not judge who may see or change which account */
    asksUsers: boolean
  })[]
  findings: ScanFinding[]
  /** files that were skipped, with the reason */
  left: { file: string; why: string }[]
}

/** Reads a folder and says what is in the way of a second user. Nothing of it is run, installed or changed. */
export async function scan(folder: string): Promise<Scanned> {
  const app = await readApp(folder)
  const server = app.sources.flatMap(({ role, source }) => (role === 'server' ? [source] : []))
  const declared = declaredTables(app)
  const written = routesInSource(server)
  const routes = followRoutes(app, declared, written)
  const tables = askedByRoutes(declared, routes).filter(({ temporary }) => !temporary)
  const guess = guessOwners(tables)
  const routesOf = routesBehind(routes, written, routesTo(server, written))
  const changed = new Set([...writtenTables(server, guess, routes), ...changedInDatabase(app)])
  const reached = reachedRows(routes, guess, (table) => isShared(table, guess, changed))
  const as = (kind: KindId, sites: Site[]) => sites.map((site): ScanFinding => ({ kind, ...site }))
  const rules = [
    wildcardCors(starredSettings(server)),
    errorText,
    logged,
    secretInSource,
    childProcess,
    timer,
    sharedBatch,
    schemaSync,
    serverStatistics,
    ...outsideServices,
    swallowedError,
    unhookedLibrary,
    servedUpload(server),
    wholeBody,
    clientKey,
    firstUser(guess),
    ownerFromRequest(guess.names, functionsOf(server)),
  ]
  const findings: ScanFinding[] = [
    ...byRules(app, rules),
    ...as('sql-interpolation', findSqlInterpolation(server)),
    ...as('owner-id', findOwnerIds(server, guess.names)),
    ...everybodysRows(server, guess, routesOf, changed, reached, isUnderstood(routes)),
    ...as('shared-lock', findSharedLocks(server)),
    ...as('debug-route', debugRoutes(routes, written, tables)),
    ...as('limit-by-address', limitsByAddress(server)),
    ...as('own-call', ownCalls(server)),
    ...as('ddl-at-start', schemaChanges(server)),
    ...as('inline-call', inlineCalls(server)),
    ...server.flatMap(moduleCaches),
    ...sharedModuleCaches(server),
    ...server.flatMap(strayGlobals),
    ...ofWholeApp(app),
  ]
  return {
    facts: factsOf(app, guess),
    tables,
    logins: loginsIn(server, guess.users !== undefined && guess.users !== null),
    routes: routes.map(({ method, path, at, open, queries }) => {
      const asksUsers = queries.some((query) => !query.adds && query.tables.has(guess.users?.name ?? ''))
      return { method, path, at, open, asksUsers }
    }),
    findings: inOrder(merged([...withRoutes(findings, routesOf), ...leaksOf(reached)])),
    left: app.left,
  }
}

const ofWholeApp = (app: App): ScanFinding[] => [
  ...committedVariables(app),
  ...secondCopies(app),
  ...ownProcesses(app).map((site): ScanFinding => ({ kind: 'child-process', ...site })),
]

/** One way through each file for all rules. */
function byRules({ sources }: App, rules: readonly Rule[]): ScanFinding[] {
  return sources.flatMap(({ role, source }) => {
    const found: ScanFinding[] = []
    const fitting = rules.filter(({ where }) => where.includes(role))
    if (fitting.length)
      traverse(source.tree, (node, parents) => {
        for (const { kind, look } of fitting) {
          const what = look(node, parents, source)
          if (what !== null) found.push({ kind, at: locate(source.file, statementOf(node) ?? node), what })
        }
      })
    return found
  })
}

/** The text of a query, which may begin below the line of its call. */
function statementOf(node: Node): Node | null {
  const [text] = isCall(node) ? children(node, 'arguments') : []
  return text && /^(?:TemplateLiteral|StringLiteral|BinaryExpression)$/.test(text.type) ? text : null
}

/** Whether routes run a line, and all that do were followed to their end. */
function isUnderstood(routes: readonly FollowedRoute[]): (at: string) => boolean {
  return (at) => {
    const behind = routes.filter(({ lines }) => lines.has(at))
    return behind.length > 0 && behind.every(({ open }) => open.length === 0)
  }
}

/** The routes that run a line: as they were followed, and by the names of what they call where that was not to its end. */
function routesBehind(
  routes: readonly FollowedRoute[],
  written: readonly SourceRoute[],
  byName: (at: string) => string[],
): (at: string) => string[] {
  const nameOf = ({ method, path }: Pick<FollowedRoute, 'method' | 'path'>) => `${method} ${path}`
  // A prefix that the text alone does not tell was followed: the route has the path that the report lists.
  const listed = new Map<string, string[]>()
  for (const one of written) {
    const same = routes.filter(({ at, method }) => at === one.at && method === one.method).map(nameOf)
    listed.set(nameOf(one), [...new Set([...(listed.get(nameOf(one)) ?? []), ...same])])
  }
  const understood = new Set(routes.filter(({ open }) => !open.length).map(nameOf))
  return (at) => {
    const followed = routes.filter(({ lines }) => lines.has(at)).map(nameOf)
    const named = byName(at).flatMap((route) => listed.get(route) ?? [])
    return [...new Set([...followed, ...named.filter((route) => !understood.has(route))])]
  }
}

/** A route that is called after a table, or is a collection, is about rows: `/tasks` of an app for tasks is not an operator's. */
function isNoTable(
  tables: readonly DeclaredTable[],
  collections: readonly string[],
): (route: { path: string }) => boolean {
  const plain = (word: string) => word.toLowerCase().replace(/[-_]/g, '').replace(/s$/, '')
  const named = new Set(tables.map(({ name }) => plain(name)))
  return ({ path }) =>
    !path.split('/').some((segment) => segment && named.has(plain(segment))) &&
    !collections.some((one) => `${path}/`.startsWith(`${one}/`))
}

/** Routes that look like an operator's by a word, are not about rows, and do something. */
function debugRoutes(
  routes: readonly FollowedRoute[],
  written: readonly SourceRoute[],
  tables: readonly DeclaredTable[],
): Site[] {
  const others = routes.filter(isNoTable(tables, findCollections(routes)))
  return findDangerousRoutes(others.filter((one) => !isFixed(one, written)))
}

/** Whether all handlers of a route only answer a text that they hold. */
function isFixed({ at, method }: FollowedRoute, written: readonly SourceRoute[]): boolean {
  const handlers = written
    .filter((one) => one.at === at && one.method === method)
    .flatMap((one) => one.handlers)
  return handlers.length > 0 && handlers.every(answersFixed)
}

/** More than one copy in what one lock file installs: two packages side by side are two processes. */
function secondCopies(app: App): ScanFinding[] {
  const copies = copiesOf('pg', app, app.packages)
  const lockFile = ({ at }: { at: string }) => at.split(':')[0]
  return [...new Set(copies.map(lockFile))].flatMap((file) => {
    const [first, ...others] = copies.filter((copy) => lockFile(copy) === file)
    return others.map(({ at, path, version }) => ({
      kind: 'second-pg' as const,
      at,
      what: `${path}: pg ${version}, beside ${first!.version}`,
    }))
  })
}

/** The routes behind what is found in the server's functions, where they are known. */
function withRoutes(findings: ScanFinding[], routesOf: (at: string) => string[]): ScanFinding[] {
  return findings.map((one) => {
    if (
      one.routes ||
      /^(debug-route|unhooked-library|second-pg|wildcard-cors|secret-in-source|timer|module-cache|shared-batch)$/.test(
        one.kind,
      )
    )
      return one
    const routes = routesOf(one.at)
    return routes.length ? { ...one, routes } : one
  })
}

/** Each place once for a kind, in the order of the kinds, the files and their lines. */
function inOrder(findings: ScanFinding[]): ScanFinding[] {
  const once = new Map(findings.map((one) => [`${one.kind} ${one.at} ${one.table ?? ''}`, one]))
  const key = ({ kind, at }: ScanFinding) => {
    const [, file, line] = /^(.*):(\d+)$/.exec(at) ?? []
    return `${String(kindIds.indexOf(kind)).padStart(3, '0')} ${file} ${String(line).padStart(7, '0')}`
  }
  return [...once.values()].sort((a, b) => (key(a) < key(b) ? -1 : 1))
}
