import { patch } from '../../../core/process/patch.js'
import { ScopeError } from '../../../core/scope-error.js'
import { keyOfUser } from './user-key.js'

/** 7 makes no client of knex. */
const MIKRO_ORM_VERSIONS = 'MikroORM 6'

/** The parts of a MikroORM that are used here. */
interface MikroOrm {
  em: { getConnection(): { getKnex?(): { client?: object } } }
  config: {
    get(option: 'allowGlobalContext'): boolean
    getResultCacheAdapter(): ResultCache
  }
}

/** Results that `find(…, { cache: true })` keeps, for all requests. */
interface ResultCache {
  get(name: string): unknown
  set(name: string, ...more: unknown[]): unknown
  remove(name: string): unknown
}

/** Whether a handle is a MikroORM. */
export function isMikroOrm(handle: object): handle is MikroOrm {
  return 'em' in handle && 'config' in handle && 'schema' in handle && 'migrator' in handle
}

/**
 * The client of knex by which a MikroORM sends its queries. Cached results are kept for each user from here on.
 *
 * @throws ScopeError `mixed_users` when all requests share one entity manager; `unhooked_library` when it does not ask by
 *   knex, as from version 7 on
 */
export function clientOfMikroOrm({ em, config }: MikroOrm): object {
  if (config.get('allowGlobalContext'))
    throw new ScopeError(
      'mixed_users',
      'scope(orm): with allowGlobalContext all requests share one entity manager, which gives rows that it has read for one user to every other. Take allowGlobalContext out, and give each request an entity manager of its own: app.use((req, res, next) => RequestContext.create(orm.em, next)), or orm.em.fork().',
    )
  const client = em.getConnection().getKnex?.().client
  if (!client)
    throw new ScopeError(
      'unhooked_library',
      `scope(orm): this MikroORM does not ask by knex. Only ${MIKRO_ORM_VERSIONS} with @mikro-orm/postgresql is supported: npm i @mikro-orm/core@6 @mikro-orm/postgresql@6.`,
    )
  const cache = config.getResultCacheAdapter()
  for (const method of ['get', 'set', 'remove'] as const)
    patch(cache, method, (asked: (name: string, ...more: unknown[]) => unknown) => perUser(asked), {
      of: `MikroORM result cache ${method}`,
      versions: MIKRO_ORM_VERSIONS,
      why: 'a cached result is found by the user alone for whom it was read',
    })
  return client
}

function perUser(asked: (name: string, ...more: unknown[]) => unknown) {
  return function (this: ResultCache, name: string, ...more: unknown[]): unknown {
    return asked.call(this, keyOfUser(name), ...more)
  }
}
