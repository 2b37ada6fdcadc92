// Two copies of this package in one process are common: the app's, and a test runner's or a workspace's. They
// share process-wide state; otherwise each would patch what the other has patched and know only half of it.
const KEY = Symbol.for('usertwo')
const globals = globalThis as { [KEY]?: Map<string, object> }

/**
 * Returns the process-wide object under `name`, made by the copy of the package that first needs it. Keep the
 * object and change its members.
 *
 * @example
 * const now = shared('enforcement', () => ({ enforcement: null as Enforcement | null }))
 */
export function shared<T extends object>(name: string, make: () => T): T {
  globals[KEY] ??= new Map()
  const store = globals[KEY]
  const known = store.get(name) ?? make()
  store.set(name, known)
  return known as T
}

/** The same for read-only callers: null if no copy of the package has made it yet. */
export function sharedSoFar<T extends object>(name: string): T | null {
  return (globals[KEY]?.get(name) as T | undefined) ?? null
}
