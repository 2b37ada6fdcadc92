import type { Config } from '../../../../config/config.js'
import { Problem } from '../../../../core/problem.js'
import { type Incoming, targetOf } from '../../../../express/handler.js'
import { isSwitch } from '../../../../express/server-events.js'
import { scopesAt } from '../../access/required-routes.js'

const READS = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Returns why a personal token's scopes do not allow a request: `read` is for GET, HEAD and OPTIONS, `write`
 * for every method, and where `routes.require` names scopes those count instead. A WebSocket needs `write`: it is opened
 * by GET, but what is sent through it later has no method. Null: allowed.
 */
export function scopeRefusal(config: Config): (req: Incoming, scopes: readonly string[]) => Problem | null {
  const named = scopesAt(config)
  return (req, scopes) => {
    const ordinary = READS.has(req.method) && !isSwitch(req) ? ['read', 'write'] : ['write']
    const asked = named(req.method, targetOf(req)) ?? [ordinary]
    const missing = asked.find((some) => !some.some((one) => scopes.includes(one)))
    return missing
      ? new Problem('forbidden', `This needs a token with the scope ${missing.join(' or ')}.`)
      : null
  }
}
