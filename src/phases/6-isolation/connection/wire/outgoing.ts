import { swallowBinding, writeBinding } from '../binding.js'
import { noteBound } from '../left-state.js'
import type { Session } from '../session.js'

/**
 * Sends the binding with the query's first message. Before extended messages it is sent as separate messages
 * under their Sync; in a text it becomes the first statement. No version of the protocol allows a Query after
 * an Execute without a Sync: PostgreSQL 18 answers it and leaves its transaction open.
 */
export function bindOutgoing(session: Session): void {
  const { wire } = session
  const { parse, bind, query } = wire
  const parseBound: typeof parse = (...given) => {
    writePending(session)
    parse.apply(wire, given)
  }
  const bindBound: typeof bind = (...given) => {
    writePending(session)
    noteBound(session, given[0])
    bind.apply(wire, given)
  }
  const queryBound: typeof query = (text) => {
    const { pending } = session
    session.pending = null
    if (pending) swallowBinding(session)
    const lead = pending?.lead ?? ''
    session.lead = lead.length
    query.call(wire, lead + text)
  }
  wire.parse = parseBound
  wire.bind = bindBound
  wire.query = queryBound
}

function writePending(session: Session): void {
  const { pending, wire } = session
  if (!pending) return
  session.pending = null // what is written now comes this way too
  for (const name of session.keeping.closing.splice(0)) wire.close({ type: 'S', name }, true)
  writeBinding(session, pending, session.names)
  swallowBinding(session)
}
