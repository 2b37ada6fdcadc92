import { inTurns } from '../../../core/in-turns.js'
import type { Kit } from '../../../core/kit.js'
import type { Handler } from '../../../express/handler.js'
import { isUnder } from '../mount.js'
import { noteArrival } from './refresh/arrival.js'

/** Reads one login request, or similar POST, every 5 ms: 64 read together would block all other requests for up to 90 ms. */
export function oneATurn({ config: { auth } }: Kit): Handler {
  const myTurn = inTurns(64, 5)
  return function oneATurn(req, _res, next) {
    if (req.method !== 'POST' || !(isUnder(req, auth.mount) || isUnder(req, auth.pages))) return next()
    noteArrival(req)
    return myTurn().then(() => next())
  }
}
