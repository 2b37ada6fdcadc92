import { z } from 'zod'
import { type Config, isByName } from '../../../config/config.js'
import { Problem } from '../../../core/problem.js'
import { API_TEXTS } from '../words/en-api.js'

export { isByName }

/** The field of bodies, links and forms that holds the login. */
export const loginField = (config: Config): 'username' | 'email' => (isByName(config) ? 'username' : 'email')

/**
 * An e-mail address, in the one spelling in which it is stored and looked up: trimmed and in lower case.
 * ASCII only: look-alike letters would make two accounts of addresses that read the same.
 */
export const email = z
  .string(API_TEXTS['refused.no_email'])
  .trim()
  .toLowerCase()
  .pipe(z.email(API_TEXTS['refused.not_email']).max(254, API_TEXTS['refused.not_email']))

/** A new user name. Without "@", so that no name can be taken for an e-mail address at login. */
export const username = z
  .string()
  .trim()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{1,39}$/, API_TEXTS['refused.username_form'])

const NAME = API_TEXTS['refused.no_username']

/** A user name as typed at a login: an existing one may not have the form required of new ones. */
export const typedName = z
  .string(NAME)
  .trim()
  .min(1, NAME)
  .max(254, NAME)
  .refine((text) => !text.includes('\0'), NAME)

/** @throws Problem `invalid_request` if no new user may have this name */
export function assertNewName(name: string): void {
  const { error } = username.safeParse(name)
  if (!error) return
  const errors = error.issues.map(({ message }) => ({ field: 'username', message }))
  throw new Problem('invalid_request', undefined, { errors })
}

/** A user name derived from an e-mail address, not yet unique. */
export function usernameOf(address: string): string {
  const local = address
    .split('@', 1)[0]!
    .replace(/[^a-z0-9._-]/g, '')
    .replace(/^[._-]+/, '')
  return local.length >= 2 ? local.slice(0, 32) : `user-${local}`
}
