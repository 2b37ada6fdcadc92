import type { Gate } from '../../gate/gate.js'
import { exclusionOf } from '../campaign/exclusions.js'

/** Returns whether the app has a route that may write: one with another verb than GET, HEAD and OPTIONS. */
export async function hasWritingRoute(gate: Gate): Promise<boolean> {
  const kindOf = exclusionOf(gate.config)
  return (await gate.routes()).some(
    ({ method, path }) =>
      !/^(GET|HEAD|OPTIONS)$/.test(method) && !/^(off|toolkit)$/.test(kindOf(method, path)?.kind ?? ''),
  )
}
