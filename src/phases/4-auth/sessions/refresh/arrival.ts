import type { IncomingMessage } from 'node:http'
import { slot } from '../../../../core/slot.js'
import { moment } from '../kept-logins.js'

const arrivals = slot<IncomingMessage, number>()

/** Notes that the head of a request has arrived. Called before anything waits. */
export function noteArrival(req: IncomingMessage): void {
  arrivals.set(req, moment().steady)
}

/** When the head of a request arrived, by the steady clock; now, if it was not noted. ms */
export const arrivalOf = (req: IncomingMessage): number => arrivals.get(req) ?? moment().steady
