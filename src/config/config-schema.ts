import { z } from 'zod'
import { auth, name } from './auth-config.js'
import { DATABASE_NAMES, namesDatabase, unknownNames } from './database-names.js'
import { users } from './users-config.js'

const command = z.array(z.string().min(1)).min(1)
const path = z.string().startsWith('/')
const pattern = z
  .string()
  .regex(
    /^!?(?:[A-Z]+ )?\//,
    'expected a path that starts with "/", optionally after a method ("GET /x") or "!"',
  )
const value = z.string().refine((text) => unknownNames(text).length === 0, {
  error: ({ input }) =>
    `$${unknownNames(input as string)[0]} is not known; allowed: ${DATABASE_NAMES.map((name) => `$${name}`).join(', ')}; a dollar sign itself is written $$`,
})
// A command that is no Node program is kept from nothing: what it is told of the database is the one it is given.
const variables = z.record(z.string(), value).superRefine((given, { addIssue }) => {
  for (const name of DATABASE_NAMES)
    if (given[name] !== undefined && !namesDatabase(given[name]))
      addIssue({
        code: 'custom',
        path: [name],
        message: `names another database than the one the app is given; take it out, or say what to add: '$${name}…'`,
      })
})
const reachable = z
  .string()
  .regex(
    /^(?:\/.+|\[[0-9a-f:.]+\](?::\d+)?|[^\s:/@[\]]+(?::\d+)?)$/i,
    "give 'host', 'host:port' or the path of a socket",
  )
const id = z.union([z.number().int(), z.string().min(1)])

export const owned = z.strictObject({
  /** the column that holds whose a row is; added in phase 6 where the table has none */
  owner: z.string().min(1),
  /** who reads the rows of others: nobody, or everybody signed in. Only the owner writes a row; others get 403 */
  access: z.enum(['private', 'readable']).default('private'),
  /** column that leads to the parent the owner is derived from, whose owner alone hangs a row on it; inferred when absent */
  via: z.string().min(1).optional(),
  /** one row today, one for each user from phase 6, copied from the owner's at registration */
  perUser: z.boolean().default(false),
  /**
   * names of unique indexes that hold for each user instead of for all: `['threads_slug_key']`; takes effect with
   * `usertwo migrate up --contract`, after which the dial cannot go below 6
   */
  unique: z.array(z.string().min(1)).optional(),
  /**
   * how far its rows are kept apart while that is being rolled out: `off`: everybody signed in reads and changes them,
   * `report`: the same, and what would have been kept back is recorded, `enforce`: they are kept apart. New rows get
   * their owner in each. Default: enforce. Takes effect with `usertwo migrate up`
   */
  enforcement: z.enum(['off', 'report', 'enforce']).optional(),
  /**
   * who makes its key, where the database has a sequence or a default for it. Default: the database, and a key that a
   * request gives is dropped, except for that of a row of one's own. `chosen`: a request may also give the key of a row of
   * this person's that was deleted, as an undo does; of a key that no sequence makes, as a uuid, any. A key that the
   * database does not make is the app's to give. Takes effect with `usertwo migrate up`
   */
  keys: z.literal('chosen').optional(),
})
export const spa = z.strictObject({
  /** where a browser begins */
  index: path.default('/'),
  /**
   * its other pages, each of which opens by its address: a browser that navigates there is given the index. A page that
   * the server renders is none of them, and needs no name
   */
  routes: z.array(path).default([]),
})
const shared = z.strictObject({
  /** `self`: the table of users; `reference`: all read it and nobody writes; `closed`: no request reaches it */
  access: z.enum(['self', 'reference', 'closed']),
})
export const legacy = z.union([
  z.literal(404),
  z.literal(410),
  z.literal('protect'),
  z.strictObject({
    /** where the page is now */
    redirect: path,
  }),
])

const names = z.union([name.transform((one) => [one]), z.array(name).min(1)])
const requirement = z.strictObject({
  /** a role, or a list of which one is enough; administrators have every one */
  role: names.optional(),
  /** a permission that `auth.permissions` gives to roles */
  permission: names.optional(),
  /** a scope of a token, asked for instead of `read` or `write`; who has logged in needs none */
  scope: names.optional(),
})

/** What `usertwo.config.js` may say. The comments are what docs/configuration.md shows of each option. */
export const schema = z.strictObject({
  /** name shown in reports; default: the name in the app's package.json */
  name: z.string().min(1).optional(),
  /** how gates start the app, and what they may do with it */
  app: z.strictObject({
    /** how the gate starts the wrapped app, with PORT and DATABASE_URL set */
    start: command,
    /** the app as it was before usertwo, for the baseline; default: `start` at dial 0 */
    bare: command.optional(),
    /** the app's own migrations, run on an empty database */
    migrate: command.optional(),
    /** the app's own seed data, for gates */
    seed: command.optional(),
    /** plays the owner's day over HTTP against BASE_URL; what the baseline is recorded from */
    drive: command.optional(),
    /**
     * variables the app itself needs, for gates; never secrets. With settings of usertwo's, as `TOKEN_STYLE`, it is gated
     * as it is to be deployed. `'$DATABASE_URL'`, `'$PGHOST'` … stand for the database
     * it is given, where the app reads it by another name or needs more (`DATABASE_URL: '$DATABASE_URL?sslmode=disable'`)
     */
    env: variables.default({}),
    /**
     * servers that the app may reach during a gate beside its database: `host`, `host:port`, or the path of a socket; no
     * PostgreSQL is reached through them. Default: none
     */
    allowHosts: z.array(reachable).optional(),
    /**
     * headers the app asks for besides a login, such as its own API key; sent with what a gate sends, and with what was
     * recorded with them. `'$NAME'`, alone or within (`'Bearer $API_TOKEN'`), stands for a variable of `env`, else of the
     * environment
     */
    headers: z.record(z.string().toLowerCase(), z.string().min(1)).optional(),
    /** answers 2xx once the app serves */
    health: path.default('/health'),
    /**
     * ports on which `usertwo run` leaves a server of the app as it is (metrics, a probe of the platform): whoever
     * reaches one is asked nothing, and from phase 6 its queries find nothing. Default: none
     */
    managementPorts: z.array(z.number().int().min(1).max(65_535)).optional(),
  }),
  /** whose data it is: the one person the app was written for */
  owner: z.strictObject({
    /** the key of that person: 1, or a uuid */
    id,
  }),
  /** the table of people */
  users,
  /**
   * every other table, by name: `{ owner: 'user_id' }` for one whose rows belong to people, else `{ access }`. From phase
   * 6 a table that is not named cannot be reached from a request
   */
  tables: z.record(z.string(), z.union([owned, shared])).default({}),
  /**
   * raw SQL through a scoped knex that reads or writes an owned table (`raw`, `whereRaw`, `joinRaw` …): `bound`: the
   * database alone keeps it to the current user; `refuse`: it is refused; `declared`: these texts are bound, others
   * refused. Default: bound
   */
  rawQueries: z
    .union(
      [
        z.enum(['bound', 'refuse']),
        z.strictObject({
          /** the texts, as the app writes them */
          declared: z.array(z.string().min(1)),
        }),
      ],
      {
        error: "give 'bound', 'refuse', or { declared: ['select … from threads'] }",
      },
    )
    .optional(),
  /**
   * true: from phase 6 an answer may hold rows that were read for another user. Default: it is refused with
   * `foreign_row_in_answer`. Only for an app that shares rows on purpose in a way that no table says
   */
  dangerouslyAnswerForeignRows: z.boolean().optional(),
  /**
   * true: from phase 6 a request may call the functions of large objects (`lo_get`, `lo_put`, …), and reaches those of
   * every user. Default: it is refused with `large_object_refused`. Only for an app whose large objects are for everybody
   */
  dangerouslyAllowLargeObjects: z.boolean().optional(),
  /** what is different about some routes; every other one needs a login from phase 6. The longest pattern counts */
  routes: z
    .strictObject({
      /** open to everybody: `GET /health` */
      public: z.array(pattern).default([]),
      /** off everywhere; with ENABLE_DEBUG_ROUTES open to admins */
      debug: z.array(pattern).default([]),
      /** off everywhere; with ENABLE_INTERNAL_OPS_ROUTES open to admins. `!/path` takes one out of a larger pattern */
      ops: z.array(pattern).default([]),
      /**
       * what a route and everything below it asks of who is logged in, beside that they are: `'DELETE /articles':
       * { role: 'editor' }`. Of several in a list one is enough; each pattern that names a route holds. Others get 403
       */
      require: z.record(pattern, requirement).optional(),
      /**
       * routes that change a row everybody reads, with its table; the row's key is the path's last parameter: `'POST
       * /entries/:id/delete': 'entries'`. From phase 6 one that is named with GET opens for the row's owner alone, and with
       * `auth.badge` no page offers any of them to somebody else
       */
      owned: z.record(pattern, z.string()).optional(),
      /** retired pages, from phase 7: gone (404, 410), moved, or kept for who is logged in (`protect`) */
      legacy: z.record(pattern, legacy).default({}),
    })
    .prefault({}),
  /** the pages that the app's browser code has; false: the app has no page at all, the server's included */
  spa: z.union([spa, z.literal(false)]).prefault({}),
  /** where the toolkit's own addresses are */
  auth,
  /**
   * the app has a demo login of its own at `auth.mount`, with one name and password. It answers while there are no users,
   * and where it would, nothing starts but in development and test
   */
  demo: z
    .strictObject({
      /**
       * whose the demo's rows are: `claimed`: whoever registers with the claim code has them; `development`: the same in
       * development and test, and elsewhere nobody: the code makes an administrator with an id of their own, from phase 6
       * on, and the rows stay stored and unseen
       */
      rows: z.enum(['claimed', 'development']).default('claimed'),
    })
    .optional(),
  /** accepted before every variable's name, `JOURNAL_` for `JOURNAL_JWT_SECRET`; the prefixed value wins */
  prefix: z
    .string()
    .regex(/^[A-Z][A-Z0-9]*_$/, 'expected capital letters and digits, ending in _')
    .optional(),
  /** modules that export `flow(page, { baseUrl })` and play what people do in a browser, for `client.browser-flow` */
  flows: z.array(z.string()).default([]),
  /** a module whose default export lists further mutants of this very app, by check id: what `--prove` must see red */
  mutations: z.string().min(1).optional(),
  /** 'system': queries before `listen` run as the system (a backup at start); default: they are refused */
  startup: z.literal('system').optional(),
  /** checks that may be red or unknown for now, each with a reason and a last day */
  waivers: z
    .array(
      z.strictObject({
        /** its id */
        check: z.string(),
        /** only these parts of what the check finds, as its evidence names them; default: all of it */
        parts: z.array(z.string().min(1)).min(1).optional(),
        /** why it may, for whoever reads the report */
        reason: z.string().min(10),
        /** the last day it counts */
        until: z.iso.date(),
      }),
    )
    .default([]),
})
