import { loadedModules } from '../start/loaded.js'

/** The packages through which slonik loads pg: its driver from version 38 on, itself before. */
const LOADERS = ['@slonik/pg-driver', 'slonik']

/** Whether a handle is a pool of slonik. */
export function isSlonik(handle: object): boolean {
  return 'maybeOneFirst' in handle && 'anyFirst' in handle && 'configuration' in handle
}

/**
 * The copies of pg by which slonik sends its queries. A pool of slonik does not show the clients that it makes, so it is
 * every copy of pg that the process has loaded.
 *
 * @throws TypeError when slonik's driver for pg is not loaded
 */
export function copiesOfSlonik(): object[] {
  if (!LOADERS.some((name) => !loadedModules(name, isObject).next().done))
    throw new TypeError(
      `scope(pool): this pool of slonik does not ask by @slonik/pg-driver, and only pg is supported. Leave driverFactory out, or make it by createPgDriverFactory().`,
    )
  return [...loadedModules('pg', isPg)].map(({ exports }) => exports)
}

const isObject = (exports: unknown): exports is object => typeof exports === 'object'

function isPg(exports: unknown): exports is object {
  const { Client, Pool } = exports as { Client?: unknown; Pool?: unknown }
  return typeof Client === 'function' && typeof Pool === 'function'
}
