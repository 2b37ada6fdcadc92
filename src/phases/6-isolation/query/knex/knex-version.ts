import { olderThan } from '../../../../core/optional/older-than.js'
import { ScopeError } from '../../../../core/scope-error.js'
import { KNEX_VERSIONS } from '../../connection/release.js'
import { loadedModule } from '../../start/loaded.js'

const OLDEST = '0.20'

/**
 * Refuses a knex that is too old for the query layer's hooks. A client whose class is in no loaded module of
 * knex passes: missing parts are found when it is scoped.
 *
 * @throws ScopeError knex_version
 */
export function refuseOldKnex(client: object): void {
  const classes = new Set(lineage(client).map((ancestor) => ancestor.constructor))
  const isOne = (exports: unknown): exports is object => classes.has(exports as never)
  const version = loadedModule('knex', isOne)?.version
  if (!version || !olderThan(version, OLDEST)) return
  throw new ScopeError(
    'knex_version',
    `knex ${version} cannot be scoped; known to work: ${KNEX_VERSIONS}. Update knex in the app's package.json`,
  )
}

function lineage(client: object): object[] {
  const found = []
  for (let at = Object.getPrototypeOf(client); at !== null; at = Object.getPrototypeOf(at)) found.push(at)
  return found.filter((ancestor) => ancestor !== Object.prototype)
}
