import { randomBytes } from 'node:crypto'

type Form = { fields: { user: string } }

/**
 * Returns whether users of the app log in by an e-mail address, by the names of the fields. passport-local calls the
 * field of its login `username`, whatever it holds, so the registration says more.
 */
export const isByMail = ({ login, register }: { login: Form; register?: Form | undefined }): boolean =>
  [login, register].some((form) => form && /mail/i.test(form.fields.user))

/**
 * Makes a login name that no user has. One that is not an address is what a strict app takes: at most 20 characters, all
 * of them ASCII letters and digits.
 * @param who what the name begins with
 */
export function newLoginName(who: string, byMail: boolean): string {
  const end = randomBytes(3).toString('hex')
  return byMail
    ? `${who}-${end}@example.com`
    : `${who
        .toLowerCase()
        .replace(/[^a-z]/g, '')
        .slice(0, 14)
        .padEnd(6, 'x')}${end}`
}

/**
 * Makes a password of 20 characters, 64 bits of them random, that a strict app takes: letters of both cases, a digit, and
 * of the other characters only `!`.
 */
export const gatePassword = (): string => `Az0!${randomBytes(8).toString('hex')}`

/** Fills in the further fields of a form: `$user` and `$password` repeat those two, `$user@example.com` makes an address. */
export function inFields(
  more: Record<string, unknown>,
  { email, password }: { email: unknown; password: string },
): Record<string, unknown> {
  const again: Record<string, unknown> = {
    $user: email,
    $password: password,
    '$user@example.com': `${email}@example.com`,
  }
  return Object.fromEntries(
    Object.entries(more).map(([name, value]) => [name, again[String(value)] ?? value]),
  )
}
