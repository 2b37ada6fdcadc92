import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import type { Kit } from '../../../core/kit.js'
import { secretOf } from '../../4-auth/sessions/parts.js'
import { mayBeSent } from './may-be-sent.js'

const LIFE_SECONDS = 86_400
/** The longest text in the page. */
export const LONGEST = 200_000

const shape = z.strictObject({
  /** the id of its sender, as text */
  user: z.string(),
  /** where it was sent, with its query */
  path: z.string(),
  enctype: z.enum(['application/x-www-form-urlencoded', 'multipart/form-data']),
  fields: z.array(z.tuple([z.string(), z.string()])),
  /** names of fields that were not kept */
  dropped: z.array(z.string()),
  /** seconds since 1970 */
  at: z.number(),
})

/** A form whose sender's login had ended. */
export type KeptForm = z.output<typeof shape>

/**
 * Turns forms into text for a hidden input: nothing is stored. The text is signed, so that no other page can
 * have a form of its own sent, and is bound to one user.
 */
export function keptForms(kit: Kit) {
  const key = Buffer.from(hkdfSync('sha256', secretOf(kit), '', 'usertwo kept form', 32))
  const mac = (text: string) => createHmac('sha256', key).update(text).digest()
  const now = () => Math.floor(kit.clock.now().getTime() / 1000)
  return {
    write(form: Omit<KeptForm, 'at'>): string {
      const text = Buffer.from(JSON.stringify({ ...form, at: now() })).toString('base64url')
      return `${text}.${mac(text).toString('base64url')}`
    },
    /** null: not signed by usertwo, too old, or not for a path of the app */
    read(given: unknown): KeptForm | null {
      if (typeof given !== 'string' || given.length > LONGEST) return null
      const [text, signature, ...more] = given.split('.')
      if (!text || !signature || more.length > 0) return null
      const [expected, sent] = [mac(text), Buffer.from(signature, 'base64url')]
      if (expected.length !== sent.length || !timingSafeEqual(expected, sent)) return null
      const { data } = shape.safeParse(JSON.parse(Buffer.from(text, 'base64url').toString()))
      if (!data || now() - data.at > LIFE_SECONDS || !mayBeSent(kit.config, data.path)) return null
      return data
    },
  }
}
