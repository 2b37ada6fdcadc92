import { z } from 'zod'

const name = z.string().min(1)

/** A route that a secret in its address opens, for the data of the user who owns the secret's row. */
const link = z.strictObject({
  table: name.describe('the table of the app that holds the secrets'),
  token: name.describe('its column with the secret, which has a unique index of its own'),
  owner: z
    .union([name, z.strictObject({ via: name.describe('a column that references a row with an owner') })], {
      error: "give the name of a column, or { via: 'note_id' }",
    })
    .optional()
    .describe(
      "its column with the owner, or `{ via: 'note_id' }` for the owner of the row that a column references. Default: the owner column of `tables`",
    ),
})

/** A route to which another service sends what happened there, signed. */
const hook = z.strictObject({
  user: z
    .union([z.number().int(), z.string().min(1)])
    .describe('the id of the user whose data the handler works on: the value of `users.id`'),
  bytes: z
    .int()
    .min(1)
    .default(1_048_576)
    .describe('the longest body, in bytes; a longer one, and one of no stated length, is refused with 413'),
  sign: z
    .custom<(body: string, at: Date) => Record<string, string>>((given) => typeof given === 'function', {
      error: 'give a function, (body, at) => headers',
    })
    .optional()
    .describe(
      'for gates: `(body, at) => headers`, the headers with which the service signs a body at a time. With it a gate sends a request twice, late, and with another body',
    ),
})

/** The options of `routes` for requests without a login that work on one user's data. */
export const withoutLogin = {
  links: z
    .record(
      z.string().regex(/^(?:(?:GET|HEAD) )?\/\S*$/, {
        error: "give a path for GET with one `:token`, 'GET /feeds/:token.ics' or 'GET /export?key=:token'",
      }),
      link,
    )
    .optional()
    .describe(
      "routes that a secret in the address opens, with the table that holds the secrets: `'GET /feeds/:token.ics': { table: 'feeds', token: 'secret' }`. The request has the data of the secret's owner and no user's rights: docs/how-to/requests-with-a-secret.md",
    ),
  hooks: z
    .record(
      z.string().regex(/^(?:POST|PUT|PATCH) \/\S*$/, {
        error: "give a method and a path, 'POST /webhooks/payments'; the method is POST, PUT or PATCH",
      }),
      hook,
    )
    .optional()
    .describe(
      "routes to which another service sends signed requests, with the user whose data they work on: `'POST /webhooks/payments': { user: 1 }`. The app checks the signature: docs/how-to/requests-with-a-secret.md",
    ),
}
