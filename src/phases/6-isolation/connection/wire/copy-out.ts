import { type Binding, writeBinding } from '../binding.js'
import type { Session } from '../session.js'
import type { Answers } from './answers.js'

const SETUP = ['parseComplete', 'bindComplete', 'closeComplete', 'dataRow', 'commandComplete']

/**
 * COPY … TO STDOUT: its streams read the socket directly, so the layer cannot swallow anything. The binding
 * is sent in a round trip before it, in a transaction around both if the app has none open.
 *
 * @param answered called when the server has answered the copy, or refused it
 */
export function copyOut(
  session: Session,
  binding: Binding,
  submit: () => unknown,
  answered: () => void,
): null {
  const own = session.status === 'I'
  const { wire } = session
  wire.stream.cork?.()
  if (own) {
    wire.parse({ name: '', text: 'begin', types: [] }, true)
    wire.bind({ portal: '', statement: '', values: [], binary: false }, true)
    wire.execute({ portal: '', rows: 0 }, true)
  }
  writeBinding(session, binding, false)
  wire.sync()
  wire.stream.uncork?.()
  session.awaits.push(setupAnswers(session, own, submit, answered))
  return null
}

function setupAnswers(session: Session, own: boolean, submit: () => unknown, answered: () => void): Answers {
  let failed = false
  return (event) => {
    if (event === 'errorMessage') {
      failed = true // the stream's own error now
      answered()
    }
    if (event !== 'readyForQuery') return SETUP.includes(event)
    session.awaits.shift()
    if (failed) return endOwn(session, own)
    session.awaits.push((after) => {
      if (after === 'errorMessage' || after === 'readyForQuery') answered()
      if (after !== 'readyForQuery') return false
      session.awaits.shift()
      return endOwn(session, own)
    })
    submit()
    return true
  }
}

/** Ends the layer's own transaction; the app sees the connection as ready only after that. */
function endOwn(session: Session, own: boolean): boolean {
  if (!own || session.status === 'I') return false
  session.awaits.push((event) => {
    if (event === 'readyForQuery') session.awaits.shift()
    return event === 'commandComplete'
  })
  session.wire.query('commit')
  return true
}
