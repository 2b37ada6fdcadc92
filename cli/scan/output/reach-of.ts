import type { Scanned } from '../scan.js'

/** Findings that say that a route reaches rows that are not the caller's. */
const ROWS = /^(everybodys-rows|owner-id|owner-from-request)$/

/** Where the routes of an app lead, as far as they were followed. */
export interface RouteReach {
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
