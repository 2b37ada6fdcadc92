import type { ServerMessage } from '../driver/driver.js'
import type { Session } from '../session.js'

/** Reads answers the app did not ask for; true: swallowed. Removes itself with `session.awaits.shift()`. */
export type Answers = (event: string, message: ServerMessage | undefined, session: Session) => boolean

const BESIDE = new Set(['error', 'end', 'notice', 'notification', 'parameterStatus'])

/** Swallows everything up to the end of usertwo's own Sync, except for messages that are not part of an answer. */
export function upToSync(event: string, session: Session): boolean {
  if (event === 'readyForQuery') session.awaits.shift()
  return !BESIDE.has(event)
}
