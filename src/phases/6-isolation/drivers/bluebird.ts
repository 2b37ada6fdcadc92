import { AsyncLocalStorage } from 'node:async_hooks'
import { isWanted, packageOf } from '../start/loaded.js'
import { importersOf } from './loaded-copies.js'
import type { LoadedCopy } from './unhooked-libraries.js'

interface Bluebird {
  config?(options: { asyncHooks: boolean }): void
  resolve(): PromiseLike<void>
}

/** Libraries that return Bluebird's promises from queries. */
const OVER_A_DATABASE = ['knex', 'bookshelf', 'sequelize', 'objection', 'pg-promise', 'massive', 'waterline']

/**
 * Sets `asyncHooks`, with which Bluebird from 3.7 on keeps the context of each callback. Without it, Bluebird
 * runs all callbacks of a tick in the context of one request.
 *
 * @returns true if the copy still does and is loaded by the app or by a library over a database; a copy that
 *   another package loads for its own use is left alone
 */
export async function mixesRequests(copy: LoadedCopy): Promise<boolean> {
  const bluebird = copy.exports?.find((exports) => isWanted(isBluebird, exports)) as Bluebird | undefined
  if (!bluebird) return false
  bluebird.config?.({ asyncHooks: true })
  if (await keepsContext(bluebird)) return false
  const importers = copy.importers.some(asksADatabase) ? copy.importers : await importersOf(copy)
  return importers.length === 0 || importers.some(asksADatabase)
}

/** A file of Bluebird that makes no promises has neither. */
function isBluebird(exports: unknown): boolean {
  const { resolve, defer } = exports as { resolve?: unknown; defer?: unknown }
  return typeof resolve === 'function' && typeof defer === 'function'
}

/** Whether two callbacks that are due in one tick each run in the context they were created in. */
async function keepsContext(bluebird: Pick<Bluebird, 'resolve'>): Promise<boolean> {
  const context = new AsyncLocalStorage<number>()
  const seen = [1, 2].map((request) =>
    context.run(
      request,
      () =>
        new Promise<boolean>((done) => {
          bluebird.resolve().then(() => done(context.getStore() === request))
        }),
    ),
  )
  return (await Promise.all(seen)).every(Boolean)
}

/** Whether a file belongs to the app, or to a library over a database. */
function asksADatabase(importer: string): boolean {
  const name = packageOf(importer)
  return name === null || OVER_A_DATABASE.includes(name)
}
