import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto'
import type { FlowChecks } from './provider/checks.js'

const IV_BYTES = 12
const TAG_BYTES = 16
const KEY_BYTES = 32

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
    Buffer.from(hkdfSync('sha256', browser, state, `usertwo oauth ${what}`, KEY_BYTES))
  const verifier = derived('verifier').toString('base64url')
  const key = derived('key')
  return {
    state,
    nonce: derived('nonce').toString('base64url'),
    verifier,
    challenge: createHash('sha256').update(verifier).digest('base64url'),
    seal(text) {
      const iv = randomBytes(IV_BYTES)
      const cipher = createCipheriv('aes-256-gcm', key, iv)
      const parts = [iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]
      return Buffer.concat(parts).toString('base64url')
    },
    open(sealed) {
      const bytes = Buffer.from(sealed, 'base64url')
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV_BYTES), {
        authTagLength: TAG_BYTES,
      })
      decipher.setAuthTag(bytes.subarray(-TAG_BYTES))
      return decipher.update(bytes.subarray(IV_BYTES, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8')
    },
  }
}
