import type { App } from '../app/app.js'
import { nearestPackage, type Package } from '../app/packages.js'
import { packageIn } from '../syntax/package-entry.js'
import { handlesOf } from './handles.js'
import { startIn } from './start.js'

/** A package of the folder whose Express app listens. */
export interface ServingPackage {
  package: Package
  /** where it listens */
  at: string
  /** whether it, or a package of the folder that it loads, opens a database */
  hasDatabase: boolean
}

/**
 * Finds the packages that serve: they listen, and they create an Express app or load a package of the folder
 * that does.
 */
export function serversOf(app: App): ServingPackage[] {
  const server = app.sources.filter(({ role }) => role === 'server')
  const facts = new Map<Package, { listens: string[]; makes: boolean; loads: Set<string> }>()
  for (const { source } of server) {
    const own = nearestPackage(app.packages, source.file)
    if (!own) continue
    const known = facts.get(own) ?? { listens: [], makes: false, loads: new Set() }
    const { listens, made } = startIn(source)
    known.listens.push(...listens)
    known.makes ||= made.length > 0
    for (const { module } of source.imports.values()) known.loads.add(packageIn(module)?.name ?? '')
    facts.set(own, known)
  }
  const withHandle = new Set(handlesOf(app).map(({ at }) => nearestPackage(app.packages, at)))
  const reaches = (one: Package, is: (other: Package) => boolean, seen = new Set<Package>()): boolean => {
    if (is(one)) return true
    seen.add(one)
    const loads = facts.get(one)?.loads ?? new Set()
    return app.packages.some(
      (other) => other.name !== null && loads.has(other.name) && !seen.has(other) && reaches(other, is, seen),
    )
  }
  return [...facts].flatMap(
    ([
      own,
      {
        listens: [at],
      },
    ]) =>
      at !== undefined && reaches(own, (one) => facts.get(one)?.makes ?? false)
        ? [{ package: own, at, hasDatabase: reaches(own, (one) => withHandle.has(one)) }]
        : [],
  )
}

/** Returns the servers that need isolation: those with a database or, if none has one, all. */
export function mainServers(servers: readonly ServingPackage[]): ServingPackage[] {
  const withDatabase = servers.filter(({ hasDatabase }) => hasDatabase)
  return withDatabase.length ? withDatabase : [...servers]
}
