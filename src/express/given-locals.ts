import { slot } from '../core/slot.js'

const given = slot<object, true>()

/** What the templates of an answer are given (`res.locals`) before the app adds to it, made as Express makes it. */
export function givenLocals(values: Record<string, unknown>): object {
  const locals = Object.assign(Object.create(null), values)
  given.set(locals, true)
  return locals
}

export function areGiven(locals: unknown): boolean {
  return typeof locals === 'object' && locals !== null && given.has(locals)
}
