import type { IncomingMessage } from 'node:http'
import { isSecretName } from '../../../redaction/secret-names.js'

/** The largest form that is kept. Bytes. */
const MOST = 64 * 1024
const MOST_FIELDS = 1_000
const LONGEST_NAME = 150
const ALSO_SECRET = /^(?:pass(?:code|wd)?|pin|otp|cvv|cvc|iban|ssn|card[-_]?(?:number|no))$/i
/** The app's own CSRF fields: without them it would refuse its form. */
const APPS_PROOF = /csrf|xsrf|^_token$|^authenticity_token$/i
/** A page would turn these into other characters; the second stands for bytes that were not UTF-8. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is what is looked for
const NOT_KEPT = /[\u0000\ufffd]/

export interface FormFields {
  enctype: 'application/x-www-form-urlencoded' | 'multipart/form-data'
  fields: [string, string][]
  /** values of usertwo's own field `_csrf` */
  tokens: string[]
  dropped: string[]
}

/** Why a form cannot be kept. */
export type Because = 'too_much' | 'file' | 'unreadable' | 'nobody'

/** The fields of a form's body, without passwords and the like. */
export async function formFields(req: IncomingMessage): Promise<FormFields | Because> {
  if (req.headers['content-encoding']) return 'unreadable'
  const body = await bodyOf(req)
  if (!body) return 'too_much'
  const type = req.headers['content-type']!
  let entries: [string, string | File][]
  try {
    entries = [
      ...(await new Response(new Uint8Array(body), { headers: { 'Content-Type': type } }).formData()),
    ]
  } catch {
    return 'unreadable'
  }
  if (entries.length > MOST_FIELDS || entries.some(([name]) => name.length > LONGEST_NAME)) return 'too_much'
  const enctype = /^\s*multipart/i.test(type) ? 'multipart/form-data' : 'application/x-www-form-urlencoded'
  const found: FormFields = { enctype, fields: [], tokens: [], dropped: [] }
  for (const [name, value] of entries) {
    if (typeof value !== 'string') {
      if (value.size > 0 || value.name !== '') return 'file'
    } else if (NOT_KEPT.test(name + value)) return 'unreadable'
    else if (name === '_csrf') found.tokens.push(value)
    else if (isSecret(name)) found.dropped.push(name)
    else found.fields.push([name, value])
  }
  return found
}

/** Also for a name in parts: `user[password]`, `logins.0.secret`. */
export function isSecret(name: string): boolean {
  const parts = [name, ...name.split(/[^\p{L}\p{N}_-]+/u)]
  return !APPS_PROOF.test(name) && parts.some((part) => isSecretName(part) || ALSO_SECRET.test(part))
}

/** null: it is larger than what is kept. */
async function bodyOf(req: IncomingMessage): Promise<Buffer | null> {
  if (Number(req.headers['content-length'] ?? 0) > MOST) return null
  const chunks: Buffer[] = []
  let size = 0
  // The connection stays open, because an answer follows.
  for await (const chunk of req.iterator({ destroyOnReturn: false })) {
    size += (chunk as Buffer).length
    if (size > MOST) return null
    chunks.push(chunk as Buffer)
  }
  return Buffer.concat(chunks)
}
