import { z } from 'zod'
import { typedCode } from './given-code.js'

const GIVE = 'Give the mfa_token that the login answered.'

/** `code`: of the factor there is, where there is one. */
export const enrolBody = z.object({ code: typedCode.optional() })
export const codeBody = z.object({ code: typedCode })
export const verifyBody = z.object({
  mfa_token: z.string(GIVE).min(1, GIVE).max(8192, GIVE),
  code: typedCode,
})
