import { z } from 'zod'

/** The person from whom a new row is made. */
export interface NewPerson {
  /** `''` where `users.login` is 'username' */
  email: string
  username?: string
}
/** Columns of the users table. */
export type PersonValues = Record<string, unknown>
type MakePerson = (person: NewPerson) => PersonValues | Promise<PersonValues>

const newPerson = z.union(
  [z.custom<MakePerson>((given) => typeof given === 'function'), z.record(z.string(), z.unknown())],
  { error: 'give values, { team_id: 1 }, or a function, ({ email }) => ({ id: cuid() })' },
)

/** The app's users table. */
export const users = z.strictObject({
  table: z.string().min(1).describe('its name; made in phase 3 where the app has none'),
  id: z.string().min(1).default('id').describe('its key'),
  password: z
    .string()
    .min(1)
    .optional()
    .describe(
      "the app's own column of password hashes: who has one logs in with that password. Never written",
    ),
  login: z
    .enum(['email', 'username'])
    .optional()
    .describe(
      'what users log in with: `email`: an address, or their user name; `username`: a user name alone, in the column `username`, and no address is requested anywhere. Default: email',
    ),
  create: newPerson
    .optional()
    .describe(
      "what a new person's row needs that the database cannot make: values for all of them, or a function of the app's that makes them, `({ email, username }) => ({ id: cuid() })`; it may answer later",
    ),
})
