import { ScopeError } from '../../../../core/scope-error.js'
import type { TransactionStatus } from '../driver/driver.js'
import type { Session } from '../session.js'

/** Records the transaction status that the server reports, and its owner. */
export function follow(session: Session, status: TransactionStatus): void {
  session.status = status
  // A transaction begun inside a text of several statements belongs to the user the text was bound to.
  session.owner = status === 'I' ? undefined : (session.owner ?? session.bound)
  if (status === 'I') session.began = undefined
  else if (session.who?.kind === 'user') session.began ??= session.who.id
}

/** Whether a query was answered but its transaction is still open and will never be ended. The connection is then closed. */
export function leftOpen({ status, bound, statement, wire }: Session): boolean {
  if (status !== 'T' || bound === undefined || statement.begins) return false
  wire.stream.destroy(
    new ScopeError(
      'transaction_left_open',
      'The server answered a query and left its transaction open, though the text began none: none of it is committed. The connection was closed. Report the version of the server, and what is between it and the app.',
    ),
  )
  return true
}
