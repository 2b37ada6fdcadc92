import { z } from 'zod'
import { Problem } from '../../../core/problem.js'
import { API_TEXTS } from '../words/en-api.js'
import { CODE_LENGTH, CODE_LETTERS } from './recovery-codes.js'

const SHAPE = API_TEXTS['refused.factor_code_form']
const DIGITS = /^[0-9]{6}$/
const RECOVERY = new RegExp(`^[${CODE_LETTERS}]{${CODE_LENGTH}}$`)

export interface GivenCode {
  kind: 'totp' | 'recovery_code'
  text: string
}

/**
 * A code as a user types it: spaces and hyphens are left out, and a recovery code may be in small letters. Digits are ASCII
 * digits: codes in full width, or of another length, are refused before anything is compared.
 */
export const typedCode = z
  .string(SHAPE)
  .max(100, SHAPE)
  .transform((given) => given.replace(/[\s-]/g, '').toUpperCase())
  .refine((text) => DIGITS.test(text) || RECOVERY.test(text), SHAPE)
  .transform((text): GivenCode => ({ kind: DIGITS.test(text) ? 'totp' : 'recovery_code', text }))

const GIVE = 'Give the mfa_token that the login answered.'

/** `code`: of the factor there is, where there is one. */
export const enrolBody = z.object({ code: typedCode.optional() })
export const codeBody = z.object({ code: typedCode })
export const verifyBody = z.object({
  mfa_token: z.string(GIVE).min(1, GIVE).max(8192, GIVE),
  code: typedCode,
})

/** The answer to a request whose field `code` is missing or comes at the wrong time. */
export const refusedCode = (message: string) =>
  new Problem('invalid_request', message, { errors: [{ field: 'code', message }] })
