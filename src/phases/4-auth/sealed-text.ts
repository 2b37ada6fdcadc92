import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

const IV_BYTES = 12
const TAG_BYTES = 16
/** Keys of AES-256. */
export const SEAL_KEY_BYTES = 32

/** What seals a text. */
interface Seal {
  key: Buffer
  /** what the text is bound to: it opens with the same alone. Empty: it is bound to the key alone */
  boundTo?: Buffer
}

const NOTHING = Buffer.alloc(0)

/** Encrypts a text by AES-256-GCM: initialisation vector, ciphertext and tag, base64url. */
export function sealText(text: string, { key, boundTo = NOTHING }: Seal): string {
  const iv = randomBytes(IV_BYTES)
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(boundTo)
  const parts = [iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]
  return Buffer.concat(parts).toString('base64url')
}

/** @throws where the text was changed, or sealed with another key or for something else */
export function openText(sealed: string, { key, boundTo = NOTHING }: Seal): string {
  const bytes = Buffer.from(sealed, 'base64url')
  const iv = bytes.subarray(0, IV_BYTES)
  const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_BYTES })
  decipher.setAAD(boundTo).setAuthTag(bytes.subarray(-TAG_BYTES))
  return decipher.update(bytes.subarray(IV_BYTES, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8')
}
