import type { Gate } from '../../gate/gate.js'

/** A token that no deployment has; it is used only while a check runs. */
export const OPS_TOKEN = 'Zk4vT9qLx2Rb7NcW1mYp8HdS6gJf3UaE'

/** The settings that let callers with `OPS_TOKEN` use debug and ops routes. */
export const SWITCHED_ON = { ENABLE_DEBUG_ROUTES: 'true', ENABLE_INTERNAL_OPS_ROUTES: 'true', OPS_TOKEN }

/**
 * Returns the same gate with ops routes on. Below phase 4 every request carries OPS_TOKEN; from phase 4 on
 * the owner is an administrator. A recording that imports and cleans up can be replayed only like this.
 * Another check proves that the routes are off by default.
 */
export function asOperator(gate: Gate): Gate {
  const credential: Record<string, string> = gate.phase < 4 ? { authorization: `Bearer ${OPS_TOKEN}` } : {}
  return {
    ...gate,
    app: async (options = {}) => {
      const target = await gate.app({ ...options, env: { ...SWITCHED_ON, ...options.env } })
      return {
        ...target,
        ask: (method, path, ask) =>
          target.ask(method, path, { ...ask, headers: { ...credential, ...ask?.headers } }),
      }
    },
  }
}
