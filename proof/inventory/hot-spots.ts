import { findImplicitOwner } from '../../reading/owners/implicit-owner.js'
import { findOwnerIds, type Site } from '../../reading/owners/owner-ids.js'
import { ownerNames } from '../../reading/owners/owner-names.js'
import { inlineCalls, limitsByAddress, sharedCaches } from '../../reading/routes/page-habits.js'
import { findSharedLocks } from '../../reading/schema/shared-locks.js'
import { findSqlInterpolation } from '../../reading/schema/sql-interpolation.js'
import type { Source, Sources } from '../../reading/syntax/sources.js'
import { calledMember, isCall, templateOf } from '../../reading/syntax/syntax.js'
import { locate, traverse } from '../../reading/syntax/tree.js'
import type { Config } from '../../src/config/config.js'
import { segmentsOf } from '../../src/express/path.js'
import type { Route } from '../gate/gate.js'
import type { RouteEntry } from './inventory.js'

/** A place where the app is not ready for a second user, or for the public internet. */
export interface HotSpot extends Site {
  kind:
    | 'owner-id'
    | 'implicit-owner'
    | 'by-parent'
    | 'shared-lock'
    | 'limit-by-address'
    | 'shared-cache'
    | 'inline-call'
    | 'ddl-at-start'
    | 'sql-interpolation'
    | 'dangerous-route'
    | 'html-under-api'
}

const DANGEROUS =
  /^[_.~-]*(debug|env|admin|internal|ops|tasks?|jobs?|cron|trigger.*|exec|shell|backup|metrics|test.*)$/i
/** Of these words, those that apps also call their users' rows by. */
const COLLECTION = /^(?:tasks?|jobs?|metrics|tests?)$/i
/** The end of a route that reads one job by its id: a client waits for its own there, and triggers nothing. */
const ONE_JOB = /\/jobs?\/:\w*id$/i
const CHANGES_ROW = /^(?:PUT|PATCH|DELETE)$/
const DDL_CALL = /^(createTable|createTableIfNotExists|alterTable|dropTable|dropTableIfExists|renameTable)$/

/** Returns every hot spot with file and line, in the order of the files. */
export function findHotSpots(
  { server, client }: Pick<Sources, 'server' | 'client'>,
  routes: readonly RouteEntry[],
  config: Config,
): HotSpot[] {
  const names = ownerNames(config)
  const { everybody, byParent } = findImplicitOwner(server, config, names)
  const as = (kind: HotSpot['kind'], sites: Site[]): HotSpot[] => sites.map((site) => ({ kind, ...site }))
  return [
    ...as('owner-id', findOwnerIds(server, names)),
    ...as('implicit-owner', everybody),
    ...as('by-parent', byParent),
    ...as('shared-lock', findSharedLocks(server)),
    ...as('limit-by-address', limitsByAddress(server)),
    ...as('inline-call', inlineCalls(server)),
    ...as('shared-cache', sharedCaches(client)),
    ...as('ddl-at-start', schemaChanges(server)),
    ...as('sql-interpolation', findSqlInterpolation(server)),
    ...as('dangerous-route', findDangerousRoutes(routes)),
    ...as('html-under-api', htmlUnderApi(routes)),
  ]
}

/** Finds code of the server that changes the schema outside of migrations. */
export function schemaChanges(sources: readonly Source[]): Site[] {
  return sources.flatMap(({ file, tree }) => {
    const found: Site[] = []
    traverse(tree, (node) => {
      const call = isCall(node) ? calledMember(node)?.name : undefined
      const [sql] =
        /^\s*(create|alter|drop)\s+(table|index|schema|type|sequence)\b/i.exec(templateOf(node, '?') ?? '') ??
        []
      const what = call && DDL_CALL.test(call) ? call : sql?.trim().toLowerCase()
      if (what) found.push({ at: locate(file, node), what })
    })
    return found
  })
}

/**
 * Finds routes whose path says that they are for the operator: `/debug/…`, `/api/admin/…`, `/jobs`; not
 * `GET /jobs/:id`.
 */
export function findDangerousRoutes(routes: readonly Route[]): Site[] {
  return routes
    .filter(({ method, path }) => {
      const named = method === 'GET' ? path.replace(ONE_JOB, '') : path
      return named.split('/').some((segment) => DANGEROUS.test(segment))
    })
    .map(({ method, path, at }) => ({ at, what: `${method} ${path}` }))
}

/**
 * Finds the paths that look like an operator's by one word, and are collections of rows: they are read, rows are added to
 * them or changed in them, and each row has a path below. `/jobs` of a tracker for job applications is one; a list of
 * jobs to be run is not: `POST /jobs/:name` runs one.
 */
export function findCollections(routes: readonly Route[]): string[] {
  const paths = routes.flatMap(({ path }) => {
    const segments = path.split('/')
    return segments.flatMap((segment, at) =>
      COLLECTION.test(segment) ? [segments.slice(0, at + 1).join('/')] : [],
    )
  })
  return [...new Set(paths)].filter((path) => {
    const at = (route: Route) => segmentsOf(route.path).join('/') === segmentsOf(path).join('/')
    const isRow = ({ path: one }: Route) =>
      one.startsWith(`${path}/`) && /^:\w+(?:\([^)]*\))?(?:\.\w+)?\/?$/.test(one.slice(path.length + 1))
    const all = routes.filter((route) => at(route) || isRow(route))
    return (
      all.some(isRow) &&
      all.some(({ method }) => method === 'GET') &&
      all.some((route) => (at(route) ? route.method === 'POST' : CHANGES_ROW.test(route.method)))
    )
  })
}

function htmlUnderApi(routes: readonly RouteEntry[]): Site[] {
  return routes
    .filter(({ path, answers }) => /^\/api(\/|$)/i.test(path) && answers.includes('text/html'))
    .map(({ method, path, at }) => ({ at, what: `${method} ${path}` }))
}
