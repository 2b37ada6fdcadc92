import { z } from 'zod'

/** A table whose rows belong to users. */
export const owned = z.strictObject({
  owner: z
    .string()
    .min(1)
    .describe('the column that holds whose a row is; added in phase 6 where the table has none'),
  access: z
    .enum(['private', 'readable'])
    .default('private')
    .describe(
      'who reads the rows of others: nobody, or everybody signed in. Only the owner writes a row; others get 403',
    ),
  via: z
    .string()
    .min(1)
    .optional()
    .describe(
      'column that leads to the parent the owner is derived from, whose owner alone hangs a row on it; inferred when absent',
    ),
  perUser: z
    .boolean()
    .default(false)
    .describe("one row today, one for each user from phase 6, copied from the owner's at registration"),
  unique: z
    .array(z.string().min(1))
    .optional()
    .describe(
      "names of unique indexes that hold for each user instead of for all: `['threads_slug_key']`; takes effect with `usertwo migrate up --contract`, after which the dial cannot go below 6",
    ),
  enforcement: z
    .enum(['off', 'report', 'enforce'])
    .optional()
    .describe(
      'how far its rows are kept apart while that is being rolled out: `off`: everybody signed in reads and changes them, `report`: the same, and what would have been kept back is recorded, `enforce`: they are kept apart. New rows get their owner in each. Default: enforce. Takes effect with `usertwo migrate up`',
    ),
  keys: z
    .literal('chosen')
    .optional()
    .describe(
      "who makes its key, where the database has a sequence or a default for it. Default: the database, and a key that a request gives is dropped, except for that of a row of one's own. `chosen`: a request may also give the key of a row of this person's that was deleted, as an undo does; of a key that no sequence makes, as a uuid, any. A key that the database does not make is the app's to give. Takes effect with `usertwo migrate up`",
    ),
})

/** A table whose rows belong to no user. */
export const unowned = z.strictObject({
  access: z
    .enum(['self', 'reference', 'closed'])
    .describe(
      '`self`: the table of users; `reference`: all read it and nobody writes; `closed`: no request reaches it',
    ),
})
