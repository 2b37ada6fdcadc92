// Two copies of this package in one process are common: the app's, and a test runner's or a workspace's. What belongs
// to the process is theirs together, or each would patch what the other has patched and know half of it.
const KEY = Symbol.for('usertwo')
const globals = globalThis as { [KEY]?: Map<string, object> }

/**
 * What this process has under `name`, made by whichever copy of the package asks first. Keep the object and change
 * what is in it.
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

/** The same for those who only look: null where no copy of the package has made it yet. */
export function sharedSoFar<T extends object>(name: string): T | null {
  return (globals[KEY]?.get(name) as T | undefined) ?? null
}
