import { createHash } from 'node:crypto'

/**
 * The `JWT_SECRET` of each app under a gate and while its baseline is recorded. It is constant, because an
 * app that signs its own tokens with this variable would not recognise a recorded one. It is only for
 * throw-away databases on this machine.
 */
export const GATE_SECRET = createHash('sha256').update('usertwo: JWT_SECRET of gates').digest('hex')
