import { slot } from '../core/slot.js'

const given = slot<object, true>()

/** The locals of an answer's templates (`res.locals`) before the app adds to them, made as Express makes them. */
export function givenLocals(values: Record<string, unknown>): object {
  const locals = Object.assign(Object.create(null), values)
  given.set(locals, true)
  return locals
}

export function areGiven(locals: unknown): boolean {
  return typeof locals === 'object' && locals !== null && given.has(locals)
}
