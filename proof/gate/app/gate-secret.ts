import { createHash } from 'node:crypto'

/**
 * `JWT_SECRET` of each app under a gate and while its baseline is recorded. The same each time: an app that signs tokens
 * of its own by a variable of this name would not know a recorded one again. It is for throw-away databases on this
 * machine alone.
 */
export const GATE_SECRET = createHash('sha256').update('usertwo: JWT_SECRET of gates').digest('hex')
