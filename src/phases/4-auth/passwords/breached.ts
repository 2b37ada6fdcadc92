import { hash } from 'node:crypto'
import type { Kit } from '../../../core/kit.js'
import type { Incoming } from '../../../express/handler.js'
import { noteRefusal } from '../throttle/refusals.js'
import { tooEasy } from './password-policy.js'

/** Nobody who sets a password waits longer for a service of somebody else. ms */
const PATIENCE = 1_000
/** Characters of the digest that leave: some 800 breached passwords begin with each such piece. */
const SENT = 5

/**
 * Refuses a new password that was in a breach, as the service at PASSWORD_BREACH_URL knows them: by k-anonymity, so that it
 * learns five characters of a digest, and neither the password nor who it is of (ASVS 6.2.12). What it does not say within a
 * second is no reason to refuse; that is noted.
 *
 * @throws Problem `invalid_request`
 */
export async function assertUnbreached(kit: Kit, req: Incoming, password: string): Promise<void> {
  const { PASSWORD_BREACH_URL } = kit.settings
  if (PASSWORD_BREACH_URL === undefined) return
  const digest = hash('sha1', password.normalize('NFC')).toUpperCase()
  const breached = await suffixesOf(PASSWORD_BREACH_URL, digest.slice(0, SENT)).catch(() => null)
  if (breached === null) noteRefusal(kit, req, 'breach_unknown')
  else if (breached.has(digest.slice(SENT)))
    throw tooEasy('This password was in a breach: others have lists with it. Choose another.')
}

/** How the rest of each digest reads that begins so. */
async function suffixesOf(base: string, prefix: string): Promise<Set<string>> {
  const answer = await fetch(base.replace(/\/?$/, `/${prefix}`), {
    // Answers of one length: who listens learns nothing from it. What fills them up was seen 0 times.
    headers: { 'Add-Padding': 'true' },
    redirect: 'error',
    signal: AbortSignal.timeout(PATIENCE),
  })
  if (!answer.ok) throw new Error(`answered ${answer.status}`)
  const lines = (await answer.text()).split(/\r?\n/).map((line) => line.split(':'))
  return new Set(lines.filter(([, count]) => Number(count) > 0).map(([suffix]) => suffix!.toUpperCase()))
}
