import { syncBuiltinESMExports } from 'node:module'
import { getEnvironmentData, setEnvironmentData } from 'node:worker_threads'
import { handOn } from '../../../../src/run/children.js'
import { fenceDatagrams } from './datagrams.js'
import { ownPlaces } from './listening.js'
import { fenceLookups } from './lookups.js'
import { FENCE, type FenceOrders } from './orders.js'
import { refuseInto } from './refuse.js'
import { fenceSockets } from './sockets.js'

/**
 * Keeps this process, its threads and its Node children away from every server except the gate's, if the
 * environment has fence orders.
 */
export function raiseFence(): void {
  const given = process.env[FENCE] ?? getEnvironmentData(FENCE)
  delete process.env[FENCE]
  if (typeof given !== 'string') return
  const orders = JSON.parse(given) as FenceOrders
  const refuse = refuseInto(orders)
  const isOwn = ownPlaces(orders)
  fenceSockets(orders, isOwn, refuse)
  fenceDatagrams(orders, isOwn, refuse)
  fenceLookups(orders, refuse)
  handOn(FENCE, () => given)
  setEnvironmentData(FENCE, given)
  // For `import { lookup } from 'node:dns'`.
  syncBuiltinESMExports()
}
