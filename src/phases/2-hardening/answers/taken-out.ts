import type { Logger } from 'pino'
import type { Incoming } from '../../../express/handler.js'
import { requestIdOf } from '../../../express/request-id.js'
import { redact } from '../../../redaction/redact.js'
import type { Take } from './clean-body.js'

/** Replaces anything that repeats what was sent: the content of requests is never logged. */
const AS_SENT = '[as it was sent]'
/** Node's message for unreadable JSON repeats a piece of it, in which no secret can be recognised by its name. */
const UNREADABLE = /(?:Unexpected token|"|&quot;)[\s\S]{0,300}? is not valid JSON/g
/** The most pieces of one answer, and characters of one piece, that are logged. */
const MOST = 20
const LONGEST = 4_000

/** Collects what was removed from one answer and logs it, without secrets, under the id of its request. */
export function takenOut(log: Logger, req: Incoming): { take: Take; tell(status: number): void } {
  const pieces: Record<string, string> = {}
  return {
    take(where, what, sent) {
      if (Object.keys(pieces).length < MOST) pieces[where || 'answer'] = sent ? AS_SENT : printed(what)
    },
    tell(status) {
      if (!Object.keys(pieces).length) return
      const line = { requestId: requestIdOf(req), status, taken: pieces }
      if (status < 500) log.info(line, 'taken out of an answer')
      else log.warn(line, 'taken out of an answer')
    },
  }
}

/** Masked before it is truncated, so that no half of a secret is left at the edge. */
function printed(what: unknown): string {
  const masked = redact(typeof what === 'string' ? what.replace(UNREADABLE, '… is not valid JSON') : what)
  const text = typeof masked === 'string' ? masked : (JSON.stringify(masked) ?? '')
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}… [cut, ${text.length} characters]` : text
}
