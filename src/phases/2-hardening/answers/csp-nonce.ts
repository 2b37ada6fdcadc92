import { randomBytes } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { shared } from '../../../core/process/store.js'
import { answerSlot } from '../../../core/slot.js'
import { currentAnswer } from '../../../express/forgotten.js'

const nonces = answerSlot<ServerResponse, string>()
const { policies } = shared('content security policies', () => ({ policies: { made: 0 } }))

/** From here on answers have a policy that names their nonces. @returns undo */
export function allowNonces(): () => Promise<void> {
  policies.made++
  return async () => void policies.made--
}

/**
 * Returns the nonce that usertwo's content security policy allows in this answer, for a script or style within the page:
 * `<script nonce="…">`. Another one for each answer; `''` outside of a request, and without usertwo's policy (below phase 2).
 * @see https://www.w3.org/TR/CSP3/#security-nonces
 */
export function cspNonce(): string {
  const res = policies.made > 0 ? currentAnswer() : undefined
  if (!res) return ''
  const known = nonces.get(res)
  if (known !== undefined || res.headersSent) return known ?? ''
  const made = randomBytes(16).toString('base64url')
  nonces.set(res, made)
  return made
}

/** What the app's own policy allows within a page. Browsers obey both policies, so usertwo's has to allow it too. */
const OF_THE_APP = /'(?:nonce|sha256|sha384|sha512)-[\w+/=-]+'/g

/**
 * Returns a policy that allows scripts and styles with the nonce of an answer, and with the nonces and hashes of its own policy.
 * @param own the policy that the app has set; empty: none
 */
export function withNonces(policy: string, res: ServerResponse, own: string): string {
  const made = nonces.get(res)
  const named = [...new Set([...(own.match(OF_THE_APP) ?? []), ...(made ? [`'nonce-${made}'`] : [])])]
  return named.length === 0
    ? policy
    : policy.replace(/(script-src|style-src) 'self'/g, `$1 'self' ${named.join(' ')}`)
}
