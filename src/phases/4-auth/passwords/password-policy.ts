import { z } from 'zod'
import { Problem } from '../../../core/problem.js'
import { API_TEXTS } from '../words/en-api.js'

const LONGEST = 128
const SHORTEST = 8

/** Counts characters as people do, in either encoding of an accent: an emoji is one or a few, never two halves. */
const length = (text: string) => [...text.normalize('NFC')].length
/** The most UTF-16 units that one of them takes when decomposed. */
const WIDEST = 4

// Half of a surrogate pair becomes U+FFFD in UTF-8: two different passwords would be the same.
const broken = /\p{Surrogate}/u

/**
 * A password as given at login: text of at most 128 characters, exactly as sent. No trimming, no change of
 * case (ASVS 6.2.8). passwords.ts treats NFC and NFD as the same.
 */
export const givenPassword = z
  .string(API_TEXTS['refused.no_password'])
  .min(1, API_TEXTS['refused.no_password'])
  .refine(
    (text) => text.length <= WIDEST * LONGEST && length(text) <= LONGEST,
    API_TEXTS['refused.password_long'],
  )
  .refine((text) => !broken.test(text), API_TEXTS['refused.password_broken'])

/** A new password: 8 to 128 characters of any kind (ASVS 6.2.1, 6.2.5, 6.2.9). */
export const newPassword = givenPassword.refine(
  (text) => length(text) >= SHORTEST,
  API_TEXTS['refused.password_short'],
)

/** Only words of the account at least this long are looked for: a name of three letters occurs in many good passwords. */
const SHORTEST_WORD = 4
/** Separators that may be between a name's characters, as in `Comic Pile` and `comic-pile`. */
const BETWEEN = '[\\s._-]*'
/** One piece repeated, such as `aaaaaaaa` or `abc1abc1`. Attackers do not try all lengths of it. */
const LONGEST_TRIED = 16
const REPEATED = /^(.{1,4})\1+.{0,3}$/su

/** Whether each character is the neighbour of the one before, as in `12345678` and `hgfedcba`. */
const isRow = (text: string) =>
  [1, -1].some((step) =>
    [...text].every(
      (one, at, all) => at === 0 || one.codePointAt(0)! - all[at - 1]!.codePointAt(0)! === step,
    ),
  )

/** Matches the spellings of a word: `comicpile` and `comic_pile` are `Comic Pile`. */
function spelled(word: string): RegExp {
  const characters = [...word].filter((one) => !/[\s._-]/.test(one))
  return new RegExp(characters.map((one) => one.replace(/[\\^$*+?.()|[\]{}]/g, '\\$&')).join(BETWEEN), 'gu')
}

/**
 * Refuses a new password that an attacker would try first (ASVS 6.2.4, 6.2.11): one that is hardly more than words of
 * the account or the app, or a sequence of characters. There are no rules of composition.
 *
 * @param words names of the app, of its host and of the user; of an e-mail address only the part before the `@` counts
 * @throws Problem `invalid_request` that does not repeat it
 */
export function assertHardToGuess(password: string, words: readonly (string | null | undefined)[]): void {
  const plain = password.normalize('NFKC').toLowerCase()
  const known = words
    .flatMap((word) => (word ?? '').normalize('NFKC').toLowerCase().split('@', 1))
    .filter((word) => length(word.replace(/[\s._-]/g, '')) >= SHORTEST_WORD)
    .sort((a, b) => b.length - a.length)
  const left = known.reduce((text, word) => text.replace(spelled(word), ''), plain)
  if (left !== plain && (length(left) < SHORTEST || /^[\d\s._-]{0,12}$/.test(left)))
    throw tooEasy(API_TEXTS['refused.password_name'])
  if (isRow(plain) || (length(plain) <= LONGEST_TRIED && REPEATED.test(plain))) throw tooEasy(FIRST_TRIED)
}

export const FIRST_TRIED = API_TEXTS['refused.password_common']

export const tooEasy = (message: string) =>
  new Problem('invalid_request', undefined, { errors: [{ field: 'password', message }] })
