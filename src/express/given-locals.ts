import { slot } from '../core/slot.js'

const given = slot<object, true>()

/** Returns `res.locals` as Express creates it, with the given values, before the app adds to it. */
export function givenLocals(values: Record<string, unknown>): object {
  const locals = Object.assign(Object.create(null), values)
  given.set(locals, true)
  return locals
}

export function areGiven(locals: unknown): boolean {
  return typeof locals === 'object' && locals !== null && given.has(locals)
}
