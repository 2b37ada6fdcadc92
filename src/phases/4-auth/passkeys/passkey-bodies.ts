import { z } from 'zod'
import { sharedComputer } from '../password-login/login.js'
import { API_TEXTS } from '../words/en-api.js'

const NAME = API_TEXTS['refused.passkey_name']

/** What a user calls a passkey: one line of text. */
const lineOfText = z
  .string(NAME)
  .trim()
  .min(1, NAME)
  .max(60, NAME)
  .regex(/^\P{Cc}*$/u, NAME)

const GIVE = 'Give what the browser answered about the passkey.'
/** Far above what browsers answer: a body has at most 10 kB. */
const MOST = 9_000

const encoded = z.string(GIVE).regex(/^[\w-]*$/, GIVE)
const credential = {
  // 1023 bytes at most (W3C, Web Authentication, 4: Credential ID).
  id: encoded.min(1, GIVE).max(1364, GIVE),
  rawId: encoded.min(1, GIVE).max(1364, GIVE),
  type: z.literal('public-key', GIVE),
}

const created = z.object({
  ...credential,
  response: z.object({
    clientDataJSON: encoded,
    attestationObject: encoded,
    transports: z
      .array(z.string().regex(/^[a-z-]{1,20}$/))
      .max(10)
      .default([])
      .catch([]),
  }),
})

const asserted = z.object({
  ...credential,
  response: z.object({
    clientDataJSON: encoded,
    authenticatorData: encoded,
    signature: encoded,
    userHandle: encoded.nullish(),
  }),
})

export type CreatedCredential = z.output<typeof created>
export type AssertedCredential = z.output<typeof asserted>

/** A form sends it as JSON text. */
const sent = <Shape extends z.ZodType>(shape: Shape) =>
  z.preprocess((given) => (typeof given === 'string' ? parsed(given) : given), shape)

function parsed(text: string): unknown {
  try {
    return text.length > MOST ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}

export const beginBody = z.object({ name: lineOfText.optional() })
export const addBody = z.object({ credential: sent(created), name: lineOfText.optional() })
export const renameBody = z.object({ name: lineOfText })
export const passkeyLoginBody = z.object({
  credential: sent(asserted),
  shared_computer: sharedComputer,
})
