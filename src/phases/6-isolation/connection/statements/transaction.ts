import { ScopeError } from '../../../../core/scope-error.js'
import type { TransactionStatus } from '../driver/driver.js'
import type { Session } from '../session.js'

/** Notes what the server says of the connection's transaction, and whose it is. */
export function follow(session: Session, status: TransactionStatus): void {
  session.status = status
  // A transaction begun inside a text of several statements belongs to whom the text was bound to.
  session.owner = status === 'I' ? undefined : (session.owner ?? session.bound)
  if (status === 'I') session.began = undefined
  else if (session.who?.kind === 'user') session.began ??= session.who.id
}

/**
 * Whether a query was answered and is not done: the server keeps its transaction open, and nobody will end it. The
 * connection is closed then.
 */
export function leftOpen({ status, bound, statement, wire }: Session): boolean {
  if (status !== 'T' || bound === undefined || statement.begins) return false
  wire.stream.destroy(
    new ScopeError(
      'transaction_left_open',
      'The server answered a query and left its transaction open, though the text began none: nothing of it lasts. The connection was closed. Say the version of the server, and what stands between it and the app.',
    ),
  )
  return true
}
