import type { ConnectionPolicy } from './policy.js'
import type { Session } from './session.js'
import { upToSync } from './wire/answers.js'

const SQL =
  "select where set_config('role', $1, false) is null or set_config('usertwo.user_id', 'none', false) is null"

/**
 * Sets role and user on a connection whose startup did not set them, in front of each of its queries and
 * under a Sync of its own: otherwise a statement after a `commit` in a text would act as the owner. It runs
 * before each query because `discard all` resets session settings, but not startup options. Behind a
 * PgBouncer the login itself starts in the role, and this is not needed.
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
