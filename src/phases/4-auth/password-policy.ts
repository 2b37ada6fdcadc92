import { z } from 'zod'

const LONGEST = 128
const SHORTEST = 8

/** Characters as people count them: an emoji is one or a few, never two halves. */
const length = (text: string) => [...text].length

// Half of a surrogate pair becomes U+FFFD in UTF-8: two different passwords would be the same.
const broken = /\p{Surrogate}/u

/**
 * A password as it is given at login: text of at most 128 characters, exactly as sent. No trimming, no Unicode
 * normalising, no change of case (ASVS 6.2.8).
 */
export const givenPassword = z
  .string('Give a password.')
  .min(1, 'Give a password.')
  .refine((text) => text.length <= 2 * LONGEST && length(text) <= LONGEST, `At most ${LONGEST} characters.`)
  .refine((text) => !broken.test(text), 'This is not valid text.')

/** A new password: 8 to 128 characters of any kind (ASVS 6.2.1, 6.2.5, 6.2.9). */
export const newPassword = givenPassword.refine(
  (text) => length(text) >= SHORTEST,
  `At least ${SHORTEST} characters.`,
)
