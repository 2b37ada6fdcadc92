import type { ServerMessage } from '../driver/driver.js'
import type { Session } from '../session.js'

/** Reads answers the app did not ask for; true: swallowed. It ends itself with `session.awaits.shift()`. */
export type Answers = (event: string, message: ServerMessage | undefined, session: Session) => boolean

const BESIDE = new Set(['error', 'end', 'notice', 'notification', 'parameterStatus'])

/** Swallows all up to the end of a Sync of our own, except for what the server tells beside its answers. */
export function upToSync(event: string, session: Session): boolean {
  if (event === 'readyForQuery') session.awaits.shift()
  return !BESIDE.has(event)
}
