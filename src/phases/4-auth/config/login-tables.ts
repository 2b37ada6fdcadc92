import { z } from 'zod'

const column = z.string().min(1)

/** A table of a login library, such as better-auth. */
export const loginTable = z
  .strictObject({
    table: z.string().min(1).describe('its name'),
    token: column
      .optional()
      .describe(
        'the column of a secret that only the client knows, with a unique index: a request reaches the row with the value that its query names',
      ),
    owner: column
      .optional()
      .describe(
        'the column with the id of the user: a user reaches their own rows. Without `token` the login route reads the rows of one user, and the registration inserts them',
      ),
    password: column
      .optional()
      .describe('the column with the hash of the password, if the table of users has none'),
  })
  .refine(({ token, owner }) => token !== undefined || owner !== undefined, {
    error: "give the column by which a row is found, token: 'token' or owner: 'userId'",
  })
  .refine(({ password, owner }) => password === undefined || owner !== undefined, {
    path: ['owner'],
    error: 'needed with password: the column with the id of the user',
  })

/** A table of the app's login, with the columns by which its rows are found; none of them: express-session's. */
export type LoginTable = z.infer<typeof loginTable>

/** The tables of an own login, each as an object. */
export const loginTablesOf = (
  lookups: { tables: readonly (string | LoginTable)[] } | undefined,
): LoginTable[] => lookups?.tables.map((one) => (typeof one === 'string' ? { table: one } : one)) ?? []
