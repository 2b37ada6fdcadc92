import type { Gate } from '../../gate/gate.js'

/** A token no deployment has; it exists while a check runs. */
export const OPS_TOKEN = 'Zk4vT9qLx2Rb7NcW1mYp8HdS6gJf3UaE'

/** The settings under which debug and ops routes answer whoever may use them. */
export const SWITCHED_ON = { ENABLE_DEBUG_ROUTES: 'true', ENABLE_INTERNAL_OPS_ROUTES: 'true', OPS_TOKEN }

/**
 * The same gate, for somebody who also runs the app: ops routes are on, and below phase 4 every request
 * carries OPS_TOKEN (from 4 on the owner is an administrator). A day that imports and cleans up can only be
 * replayed so; that the routes are off by default is another check's business.
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
