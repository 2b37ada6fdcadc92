import { appendFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { type FenceOrders, type FenceRefusal, REFUSED } from './orders.js'
import { callerIn, isRedisClient, variablesNaming } from './origin.js'
import { type NetworkPlace, placeText } from './places.js'

/** Records a refusal for the gate, once per place and process, and returns the error that the app gets. */
export type Refuse = (
  place: NetworkPlace | string,
  how: { database?: boolean; frames: readonly string[]; user?: string },
) => Error

export function refuseInto({ folder, app }: FenceOrders): Refuse {
  const noted = new Set<string>()
  return (place, { database = false, frames, user }) => {
    const where = typeof place === 'string' ? place : placeText(place)
    if (!noted.has(`${where} ${database} ${user}`)) {
      noted.add(`${where} ${database} ${user}`)
      const found = typeof place === 'string' ? { variables: [], overwritten: [] } : variablesNaming(place)
      const caller = callerIn(frames)
      const refusal: FenceRefusal = {
        database,
        redis: isRedisClient(frames),
        ...(user !== undefined && { user }),
        place: where,
        ...found,
        beside: Object.keys(process.env),
        caller: caller && relative(app, caller),
      }
      try {
        appendFileSync(join(folder, REFUSED), `${JSON.stringify(refusal)}\n`)
      } catch {
        // The gate is gone, or would not learn of the refusal. An app that is not watched must not go on.
        process.kill(process.pid, 'SIGKILL')
      }
    }
    return Object.assign(new Error(`connect ECONNREFUSED ${where} (a gate reaches no other server)`), {
      errno: -111,
      code: 'ECONNREFUSED',
      syscall: 'connect',
      ...(typeof place === 'object' &&
        ('host' in place ? { address: place.host, port: place.port } : { address: place.path })),
    })
  }
}
