import { acting } from '../../../core/context.js'
import { patch } from '../../../core/process/patch.js'
import { shared } from '../../../core/process/store.js'
import { ScopeError } from '../../../core/scope-error.js'

/** Before 7 queries run in a separate engine, which loses the current user. */
const PRISMA_VERSIONS = '@prisma/client 7'
const ADAPTER = '@prisma/adapter-pg'
const UPGRADE = `Upgrade to Prisma 7 and give its client an adapter: new PrismaClient({ adapter: new PrismaPg({ connectionString }) }).`

/** The parts of a PrismaClient that are used here. All of them are undocumented. */
export interface PrismaClient {
  _clientVersion: string
  _engineConfig: { adapter?: Partial<AdapterFactory> }
  _requestHandler: RequestHandler
}

/** A `PrismaPg`. */
interface AdapterFactory {
  adapterName: string
  /** the pool that the app made; null: `connect` makes one */
  externalPool: object | null
  connect(): Promise<{ client: object }>
}

interface RequestHandler {
  client: PrismaClient
  dataloader: Loader
  request(query: unknown): unknown
}

/** Joins the `findUnique` calls of one tick into one query, and sends it in the context of the first. */
interface Loader {
  options: object
  request(query: unknown): Promise<unknown>
}
type LoaderClass = new (options: object) => Loader

/** The versions of Prisma whose batches are separated by user. */
const cured = shared('prisma', () => new Set<string>())

/** Whether a handle is a PrismaClient, including an extended one. */
export function isPrismaClient(handle: object): handle is PrismaClient {
  return '_requestHandler' in handle && '_engineConfig' in handle && '$extends' in handle
}

/** Whether a client of this version was given to `scope()`; without a version: of any. */
export function keepsBatchesApart(version?: string): boolean {
  return version === undefined ? cured.size > 0 : cured.has(version)
}

/**
 * Makes Prisma join only reads of one user: each user has their own batch, which is sent in their context. Applies to
 * every client of this copy of Prisma.
 *
 * @param toPool called with each pool that the client uses, before its first query
 * @throws ScopeError `unhooked_library` for a version below 7, and for a client that does not use `@prisma/adapter-pg`
 */
export function separateBatches(client: PrismaClient, toPool: (pool: object) => void): void {
  const factory = refuseOthers(client)
  const handler: RequestHandler = Object.getPrototypeOf(client._requestHandler)
  const loader: Loader = Object.getPrototypeOf(client._requestHandler.dataloader)
  patch(handler, 'request', checked, {
    of: 'Prisma RequestHandler.prototype.request',
    versions: PRISMA_VERSIONS,
    why: 'a client that does not ask by pg is refused',
  })
  patch(loader, 'request', batchedPerUser, {
    of: 'Prisma DataLoader.prototype.request',
    versions: PRISMA_VERSIONS,
    why: 'reads of one tick are joined per user',
  })
  cured.add(client._clientVersion)
  if (factory.externalPool) toPool(factory.externalPool)
  patch(factory, 'connect', (connect) => telling(connect, toPool), {
    of: 'PrismaPg connect',
    versions: PRISMA_VERSIONS,
    why: 'the pool that it makes gets the connection layer',
  })
}

function refuseOthers({ _clientVersion: version, _engineConfig: { adapter } }: PrismaClient): AdapterFactory {
  const refused = (why: string, fix: string) =>
    new ScopeError('unhooked_library', `scope(prisma): @prisma/client ${version} ${why}. ${fix}`)
  if (Number.parseInt(version, 10) !== 7)
    throw refused(
      'is not supported, since its queries may run in an engine that loses the current user',
      UPGRADE,
    )
  if (adapter?.adapterName !== ADAPTER)
    throw refused(
      `asks its database by ${adapter?.adapterName ?? 'no adapter'}, which no hook reaches`,
      UPGRADE,
    )
  return adapter as AdapterFactory
}

function checked(request: RequestHandler['request']) {
  return function (this: RequestHandler, query: unknown): unknown {
    refuseOthers(this.client)
    return request.call(this, query)
  }
}

/** By the loader of a client, then by user: a batch is sent in the context in which it began. */
const loaders = new WeakMap<Loader, WeakMap<object, Loader>>()
/** the loaders made here, which are called directly */
const own = new WeakSet<Loader>()

function batchedPerUser(request: Loader['request']) {
  return function (this: Loader, query: unknown): Promise<unknown> {
    const who = acting()
    if (!who || own.has(this)) return request.call(this, query)
    return request.call(loaderFor(this, who), query)
  }
}

function loaderFor(loader: Loader, who: object): Loader {
  const byUser = loaders.get(loader) ?? new WeakMap<object, Loader>()
  loaders.set(loader, byUser)
  let made = byUser.get(who)
  if (!made) {
    made = new (loader.constructor as LoaderClass)(loader.options)
    own.add(made)
    byUser.set(who, made)
  }
  return made
}

function telling(connect: AdapterFactory['connect'], toPool: (pool: object) => void) {
  return async function (this: AdapterFactory): Promise<{ client: object }> {
    const adapter = await connect.call(this)
    toPool(adapter.client)
    return adapter
  }
}
