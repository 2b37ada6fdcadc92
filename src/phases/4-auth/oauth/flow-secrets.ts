import { createHash, hkdfSync } from 'node:crypto'
import { openText, SEAL_KEY_BYTES, sealText } from '../sealed-text.js'
import type { FlowChecks } from './provider/checks.js'

/** What one login by a provider is bound to, and what is remembered for it. */
export interface FlowSecrets extends FlowChecks {
  challenge: string
  seal(text: string): string
  /** @throws where it was sealed for another flow */
  open(sealed: string): string
}

/**
 * Derives the secrets of a flow from the browser's cookie and the state, so that nothing of them is stored, and a database
 * dump opens nothing: the browser brings one, and the provider the other.
 */
export function flowSecrets(browser: string, state: string): FlowSecrets {
  const derived = (what: string) =>
    Buffer.from(hkdfSync('sha256', browser, state, `usertwo oauth ${what}`, SEAL_KEY_BYTES))
  const verifier = derived('verifier').toString('base64url')
  const key = derived('key')
  return {
    state,
    nonce: derived('nonce').toString('base64url'),
    verifier,
    challenge: createHash('sha256').update(verifier).digest('base64url'),
    seal: (text) => sealText(text, { key }),
    open: (sealed) => openText(sealed, { key }),
  }
}
