import { inTurns } from '../../../core/in-turns.js'
import type { Kit } from '../../../core/kit.js'
import type { Handler } from '../../../express/handler.js'
import { isUnder } from '../mount.js'
import { noteArrival } from '../sessions/refresh/arrival.js'

/** Of what is sent to log in and the like one is read each 5 ms: 64 read together are up to 90 ms in which all others wait. */
export function oneATurn({ config: { auth } }: Kit): Handler {
  const myTurn = inTurns(64, 5)
  return function oneATurn(req, _res, next) {
    if (req.method !== 'POST' || !(isUnder(req, auth.mount) || isUnder(req, auth.pages))) return next()
    noteArrival(req)
    return myTurn().then(() => next())
  }
}
