import type { Kit } from '../../../core/kit.js'
import { Problem } from '../../../core/problem.js'
import type { Handler } from '../../../express/handler.js'

/** Levels of nesting no honest body has; some thousands overflow the stack of whoever writes it as JSON again. */
const DEEPEST = 200

/** Whether `value` is nested deeper than `DEEPEST`, level by level and without recursion. */
export function isTooDeep(value: unknown): boolean {
  let level: unknown[] = [value]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEEPEST) return true
    level = level.flatMap((one) =>
      typeof one === 'object' && one !== null && !ArrayBuffer.isView(one) ? members(one) : [],
    )
  }
  return false
}

const members = (object: object) =>
  Object.values(object).filter((one) => typeof one === 'object' && one !== null)

/**
 * Turns away a body that is nested beyond reason (400), as soon as the app's own parser has read it and before
 * anything of the app looks at it: `JSON.stringify` of it in a listener would end the process.
 */
export function deepBody(_kit: Kit): Handler {
  const seen = new WeakSet<object>()
  return function refuseDeepBody(req, _res, next) {
    const body: unknown = req.body
    if (typeof body !== 'object' || body === null || seen.has(body)) return next()
    if (isTooDeep(body)) {
      // Whoever handles the refusal, or logs it, may look at the body too.
      req.body = undefined
      return next(new Problem('invalid_request', 'The body is nested too deeply.'))
    }
    seen.add(body)
    next()
  }
}
