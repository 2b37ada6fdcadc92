import { z } from 'zod'

/** A table whose rows belong to users. */
export const owned = z
  .strictObject({
    owner: z
      .string()
      .min(1)
      .describe('the column with the owner of a row; added in phase 6 where the table has none'),
    access: z
      .enum(['private', 'readable'])
      .default('private')
      .describe(
        'who else reads a row besides its owner: no one, or all logged-in users. Only the owner writes a row; others get 403',
      ),
    via: z
      .string()
      .min(1)
      .optional()
      .describe(
        'column that references the parent the owner is derived from; only the parent’s owner may add a row to it. Inferred when absent',
      ),
    perUser: z
      .boolean()
      .default(false)
      .describe("one row today, one for each user from phase 6, copied from the owner's at registration"),
    newUserRows: z
      .array(z.record(z.string().min(1), z.json()))
      .min(1)
      .optional()
      .describe(
        "rows that each new user begins with, column by column: `[{ kind: 'reminder' }]`. A column that is left out has its default. Not with `perUser`",
      ),
    unique: z
      .array(z.string().min(1))
      .optional()
      .describe(
        "names of unique indexes that hold for each user instead of for all: `['threads_slug_key']`, or the primary key where requests choose it; takes effect with `usertwo migrate up --contract`, after which the dial cannot go below 6",
      ),
    enforcement: z
      .enum(['off', 'report', 'enforce'])
      .optional()
      .describe(
        'how strictly its rows are separated during a rollout: `off`: all logged-in users read and change them, `report`: the same, and what would have been hidden is recorded, `enforce`: they are separated. New rows always get their owner. Default: enforce. Takes effect with `usertwo migrate up`',
      ),
    keys: z
      .literal('chosen')
      .optional()
      .describe(
        'who chooses its primary key, if the database has a sequence or a default for it. Default: the database, and a number that a request gives for one that it counts is dropped, unless a row of the same user has it. `chosen`: a request may also give the number of a deleted row of the same user, as an undo does; and with the primary key in `unique`, any value, one for each user. A key that the database does not count, such as a uuid, is always kept as given. Takes effect with `usertwo migrate up`',
      ),
  })
  .refine(({ perUser, newUserRows }) => !perUser || newUserRows === undefined, {
    path: ['newUserRows'],
    error: 'not with perUser, which copies the row of the owner; give one of the two',
  })

/** A table whose rows belong to no user. */
export const unowned = z.strictObject({
  access: z
    .enum(['self', 'reference', 'session', 'closed'])
    .describe(
      '`self`: the table of users; `reference`: all read it and none write; `session`: express-session keeps sessions there that are not a login, and a request reaches the row whose key is `req.sessionID`; `closed`: no request reaches it',
    ),
})
