import { hash } from 'node:crypto'
import type { Kit } from '../../../core/kit.js'
import type { Incoming } from '../../../express/handler.js'
import { noteRefusal } from '../audit.js'
import { API_TEXTS } from '../words/en-api.js'
import { tooEasy } from './password-policy.js'

/** The longest time that setting a password waits for the outside service. ms */
const PATIENCE = 1_000
/** How many characters of the digest are sent: some 800 breached passwords share each such prefix. */
const SENT = 5

/**
 * Refuses a new password that was in a breach, as reported by the service at PASSWORD_BREACH_URL. By
 * k-anonymity the service learns five characters of a digest, but neither the password nor its user (ASVS
 * 6.2.12). A service that does not answer within a second refuses nothing; that is recorded.
 *
 * @throws Problem `invalid_request`
 */
export async function assertUnbreached(kit: Kit, req: Incoming, password: string): Promise<void> {
  const { PASSWORD_BREACH_URL } = kit.settings
  if (PASSWORD_BREACH_URL === undefined) return
  const digest = hash('sha1', password.normalize('NFC')).toUpperCase()
  const breached = await suffixesOf(PASSWORD_BREACH_URL, digest.slice(0, SENT)).catch(() => null)
  if (breached === null) noteRefusal(kit, req, 'breach_unknown')
  else if (breached.has(digest.slice(SENT))) throw tooEasy(API_TEXTS['refused.password_breached'])
}

/** Returns the rest of each digest with this prefix. */
async function suffixesOf(base: string, prefix: string): Promise<Set<string>> {
  const answer = await fetch(base.replace(/\/?$/, `/${prefix}`), {
    // Answers of one length, so that an eavesdropper learns nothing from it. The padding entries have a count of 0.
    headers: { 'Add-Padding': 'true' },
    redirect: 'error',
    signal: AbortSignal.timeout(PATIENCE),
  })
  if (!answer.ok) throw new Error(`answered ${answer.status}`)
  const lines = (await answer.text()).split(/\r?\n/).map((line) => line.split(':'))
  return new Set(lines.filter(([, count]) => Number(count) > 0).map(([suffix]) => suffix!.toUpperCase()))
}
