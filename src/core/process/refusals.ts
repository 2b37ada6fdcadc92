import { channel, subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { ScopeErrorCode } from '../scope-error.js'

/** The channel that each `ScopeError` is published to by its code. Copies of this package share it by its name. */
export const REFUSAL_CHANNEL = 'usertwo.refused'

/** Everything that the isolation layers refuse: queries and libraries, and answers with another user's row. */
export type RefusalCode = ScopeErrorCode | 'foreign_row_in_answer'

/** Reports a refusal that has no `ScopeError`. One publishes itself, as `usertwo run` loads it first and little else. */
export function tellRefusal(code: RefusalCode): void {
  channel(REFUSAL_CHANNEL).publish(code)
}

/** Calls `watch` at every refusal of this process; returns a function that stops it. */
export function watchRefusals(watch: (code: RefusalCode) => void): () => void {
  const heard = (code: unknown) => watch(code as RefusalCode)
  subscribe(REFUSAL_CHANNEL, heard)
  return () => unsubscribe(REFUSAL_CHANNEL, heard)
}
