import { shared } from './store.js'

/** Something outside usertwo in this process that usertwo changed; docs/reference/hooks.md lists them all. */
export interface Hook {
  /** its usual name: `pg Client.prototype.query` */
  of: string
  /** the versions it supports, if it is not part of Node */
  versions?: string
  why: string
}

interface Patch {
  of: string
  before: PropertyDescriptor | undefined
  ours: PropertyDescriptor
  holders: number
  unlist(): void
}

type Undo = () => void

const { listed, patches } = shared('hooks', () => ({
  listed: new Map<string, { hook: Hook; times: number }>(),
  patches: new WeakMap<object, Map<PropertyKey, Patch[]>>(),
}))

/** The current hooks, in the order in which they were made. */
export function hooks(): Hook[] {
  return [...listed.values()].map(({ hook }) => hook)
}

/** Lists a hook that is not a patch: a listener, a prototype put in between. @returns undo */
export function list(hook: Hook): Undo {
  const row = listed.get(hook.of) ?? { hook, times: 0 }
  row.times++
  listed.set(hook.of, row)
  return once(() => {
    if (--row.times === 0) listed.delete(hook.of)
  })
}

/**
 * Puts a method over `owner[name]`. A second patch with the same `hook.of`, also by another copy of this package,
 * is only counted: what `around` works with belongs to the process (`shared`), not to a caller. One with another
 * `of` is put over the first.
 *
 * @param idempotent a second layer does no harm: the patch is put on top again if the last undo left it below
 *   another patch, which may not call it any more; default: it is found again there
 * @param around makes the method from the one below it; that one's other properties (name,
 *   `util.promisify.custom`) are copied
 * @returns undo: the last one restores the original, unless other code has patched it since; then ours stays
 *   below that patch, a warning says so, and a later patch finds it again
 * @throws TypeError when the property cannot be changed
 */
export function patch<T extends object, K extends keyof T>(
  owner: T,
  name: K,
  around: (below: T[K]) => T[K],
  hook: Hook,
  { idempotent = false } = {},
): Undo {
  return replace(
    owner,
    name,
    () => {
      const below = owner[name]
      return { value: carrying(around(below), below), writable: true, enumerable: isEnumerable(owner, name) }
    },
    hook,
    { idempotent },
  )
}

/** The same for any property: `make` returns its descriptor; it can always be restored. */
export function replace(
  owner: object,
  name: PropertyKey,
  make: () => PropertyDescriptor,
  hook: Hook,
  { idempotent = false } = {},
): Undo {
  const known = standing(owner, name, hook.of, idempotent)
  const patch = known ?? put(owner, name, make, hook)
  patch.holders++
  return once(() => {
    if (--patch.holders === 0) takeBack(owner, name, patch)
  })
}

/** Returns what is below our patch of `owner[name]` if ours is on top; otherwise the current value. */
export function below<T extends object, K extends keyof T>(owner: T, name: K): T[K] {
  const patch = onTop(owner, name)
  if (!patch) return owner[name]
  return patch.before ? patch.before.value : Reflect.get(Object.getPrototypeOf(owner), name, owner)
}

const own = Object.getOwnPropertyDescriptor
const patchesOf = (owner: object, name: PropertyKey) => patches.get(owner)?.get(name) ?? []
const onTop = (owner: object, name: PropertyKey) =>
  patchesOf(owner, name).find(({ ours }) => same(own(owner, name), ours))
const named = (owner: object, name: PropertyKey, given: string) =>
  patchesOf(owner, name).find(({ of }) => of === given)

/** Returns our patch, on top or below another one; undefined if other code has restored what was below. */
function standing(owner: object, name: PropertyKey, of: string, mustBeOnTop = false): Patch | undefined {
  const patch = named(owner, name, of)
  if (!patch) return undefined
  const now = own(owner, name)
  if (mustBeOnTop && patch.holders === 0) return same(now, patch.ours) ? patch : undefined
  return same(now, patch.before) ? undefined : patch
}

function put(owner: object, name: PropertyKey, make: () => PropertyDescriptor, hook: Hook): Patch {
  const before = own(owner, name)
  const ours = { ...make(), configurable: true }
  if (!Reflect.defineProperty(owner, name, ours))
    throw new TypeError(
      `${hook.of} cannot be patched: its owner is frozen. Load what freezes it after usertwo, or not at all.`,
    )
  forget(owner, name, named(owner, name, hook.of))
  const patch: Patch = { of: hook.of, before, ours, holders: 0, unlist: list(hook) }
  patches.set(owner, (patches.get(owner) ?? new Map()).set(name, [...patchesOf(owner, name), patch]))
  return patch
}

function takeBack(owner: object, name: PropertyKey, patch: Patch): void {
  if (!patchesOf(owner, name).includes(patch)) return
  const now = own(owner, name)
  if (same(now, patch.ours)) {
    if (patch.before) Object.defineProperty(owner, name, patch.before)
    else Reflect.deleteProperty(owner, name)
  } else if (!same(now, patch.before)) {
    // Under another patch of this list it stays until that one is undone.
    if (onTop(owner, name)) return
    process.emitWarning(
      `${patch.of} was patched again by other code: usertwo's patch stays below that one until the process ends`,
      { code: 'USERTWO_HOOK_STAYS' },
    )
    return
  }
  forget(owner, name, patch)
  const left = onTop(owner, name)
  if (left?.holders === 0) takeBack(owner, name, left)
}

function forget(owner: object, name: PropertyKey, patch: Patch | undefined): void {
  patch?.unlist()
  const left = patchesOf(owner, name).filter((one) => one !== patch)
  patches.get(owner)?.set(name, left)
}

function same(one: PropertyDescriptor | undefined, other: PropertyDescriptor | undefined): boolean {
  return !one === !other && one?.value === other?.value && one?.get === other?.get
}

/** Whether the property is enumerable where it is found: on the owner, or inherited. */
function isEnumerable(owner: object, name: PropertyKey): boolean {
  for (let at: object | null = owner; at; at = Object.getPrototypeOf(at)) {
    const found = own(at, name)
    if (found) return found.enumerable === true
  }
  return false
}

/** Copies what `util.promisify` returns for it. `arguments` of a sloppy function that runs cannot be copied: tsx makes such. */
function carrying<F>(method: F, from: unknown): F {
  if (typeof method !== 'function' || typeof from !== 'function') return method
  const { prototype: _, arguments: _a, caller: _c, ...carried } = Object.getOwnPropertyDescriptors(from)
  Object.defineProperties(method, carried as PropertyDescriptorMap)
  return method
}

function once(undo: Undo): Undo {
  let done = false
  return () => {
    if (done) return
    done = true
    undo()
  }
}
