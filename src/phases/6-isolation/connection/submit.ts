import { AsyncResource } from 'node:async_hooks'
import type { Acting } from '../../../core/context.js'
import { abandonBinding, type Binding, bindingFor, swallowBinding, writeBinding } from './binding.js'
import { copyOut } from './copy-out.js'
import type { QueryClass, Submittable, Wire } from './driver.js'
import { configured, type PolicySource, refuseSchemaChange } from './policy.js'
import type { Session } from './session.js'
import { statementOf, textOf } from './statement.js'

// A query object may be sent twice, by two people: each time it starts from its own submit.
const SUBMIT = Symbol('usertwo.submit')

/**
 * Makes a query bind itself to `who` at the moment it really goes out, and run its events in the context of the
 * public call when `byEvents`.
 */
export function bindOnSubmit(
  asked: Submittable & { [SUBMIT]?: Submittable['submit'] },
  options: {
    session: Session
    who: Acting | null
    policy: PolicySource
    Query: QueryClass
    byEvents: boolean
  },
): void {
  const { session, who, policy, Query, byEvents } = options
  const foreign = !(asked instanceof Query)
  asked[SUBMIT] ??= asked.submit
  const submit = asked[SUBMIT]
  const asker = byEvents ? new AsyncResource('usertwo.query') : null
  asked.submit = (wire) => {
    start(session, asked, wire, asker)
    try {
      const known = configured(policy())
      refuseSchemaChange(known, who, session.text)
      const binding = bindingFor(session, who, known)
      const write = () => submit.call(asked, wire)
      if (!binding) return write()
      session.bound = binding.user
      if (foreign && session.statement.copiesOut) return copyOut(session, binding, write)
      return writeBound(session, binding, known.startupOptions, write)
    } catch (error) {
      if (foreign) connectStub(asked)
      return error
    }
  }
}

function start(session: Session, asked: Submittable, wire: Wire, asker: AsyncResource | null): void {
  const text = textOf(asked, wire)
  session.asker = asker
  session.simple = false
  session.columns = null
  session.bound = undefined
  session.text = text
  session.statement = statementOf(text)
  if (session.statement.forgets) session.named = false
}

/** The binding and the query's own messages, in one piece. */
function writeBound(session: Session, binding: Binding, named: boolean, write: () => unknown): unknown {
  const { stream } = session.wire
  stream.cork?.()
  let written = false
  try {
    writeBinding(session, binding, named)
    swallowBinding(session, named)
    const refused = write()
    written = !(refused instanceof Error)
    return refused
  } finally {
    if (!written) abandonBinding(session)
    stream.uncork?.()
  }
}

/** Cursors of pg 8.5 and before look at their connection when refused, before they have one. */
function connectStub(asked: Submittable): void {
  const cursor = asked.cursor ?? asked
  cursor.connection ??= {
    removeListener() {},
    sync() {},
    close() {},
    once: (_event: string, then: () => void) => setImmediate(then),
  }
}
