import type { ConnectionPolicy } from './policy.js'
import type { Session } from './session.js'
import { upToSync } from './wire/answers.js'

const SQL =
  "select where set_config('role', $1, false) is null or set_config('usertwo.user_id', 'none', false) is null"

/**
 * Lets a connection whose startup did not say how it rests, rest as the others do, in front of each of its queries and
 * under a Sync of its own: what a text does behind a `commit` of its own would be the owner's otherwise. In front of each,
 * since what a session has set a `discard all` takes back, and what a startup has said it does not. Where the login rests
 * by itself, behind a PgBouncer, it does so already.
 */
export function rest(session: Session, policy: ConnectionPolicy): void {
  if (policy.requestRole === null || !policy.startupOptions) return
  const { wire } = session
  wire.stream.cork?.()
  wire.parse({ name: '', text: SQL, types: [] }, true)
  wire.bind({ portal: '', statement: '', values: [policy.requestRole], binary: false }, true)
  wire.execute({ portal: '', rows: 0 }, true)
  wire.sync()
  wire.stream.uncork?.()
  session.awaits.push((event) => {
    if (event === 'errorMessage')
      wire.stream.destroy(new Error('usertwo: the connection could not be put to rest; it was closed.'))
    return upToSync(event, session)
  })
}
