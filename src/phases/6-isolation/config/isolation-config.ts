import { z } from 'zod'

/** The options of an app's own SQL, and of what the layers refuse unless they are told not to. */
export const isolationOptions = {
  rawQueries: z
    .union(
      [
        z.enum(['bound', 'refuse']),
        z.strictObject({
          declared: z.array(z.string().min(1)).describe('the texts, as the app writes them'),
        }),
      ],
      {
        error: "give 'bound', 'refuse', or { declared: ['select … from threads'] }",
      },
    )
    .optional()
    .describe(
      'raw SQL through a scoped knex that reads or writes an owned table (`raw`, `whereRaw`, `joinRaw` …): `bound`: the database alone keeps it to the current user; `refuse`: it is refused; `declared`: these texts are bound, others refused. Default: bound',
    ),
  dangerouslyAnswerForeignRows: z
    .boolean()
    .optional()
    .describe(
      'true: from phase 6 an answer may hold rows that were read for another user. Default: it is refused with `foreign_row_in_answer`. Only for an app that shares rows on purpose in a way that no table says',
    ),
  dangerouslyAllowLargeObjects: z
    .boolean()
    .optional()
    .describe(
      'true: from phase 6 a request may call the functions of large objects (`lo_get`, `lo_put`, …), and reaches those of every user. Default: it is refused with `large_object_refused`. Only for an app whose large objects are for everybody',
    ),
}
