import { z } from 'zod'
import { authOptions, demo, requirement } from '../phases/4-auth/config/auth-config.js'
import { users } from '../phases/4-auth/config/users-config.js'
import { withoutLogin } from '../phases/4-auth/config/without-login-config.js'
import { isolationOptions } from '../phases/6-isolation/config/isolation-config.js'
import { owned, unowned } from '../phases/6-isolation/config/tables-config.js'
import { retired, spa } from '../phases/7-legacy/config.js'
import { canonicalId } from './canonical-id.js'
import { DATABASE_NAMES, namesDatabase, namesRedis, REDIS_NAMES, unknownNames } from './server-names.js'

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
    `$${unknownNames(input as string)[0]} is not known; allowed: ${[...DATABASE_NAMES, ...REDIS_NAMES].map((name) => `$${name}`).join(', ')}; a dollar sign itself is written $$`,
})
// A command that is not a Node program runs without restrictions: the only database it knows is the one in its variables.
const variables = z.record(z.string(), value).superRefine((given, { addIssue }) => {
  for (const name of DATABASE_NAMES)
    if (given[name] !== undefined && !namesDatabase(given[name]))
      addIssue({
        code: 'custom',
        path: [name],
        message: `names another database than the one the app is given; take it out, or say what to add: '$${name}…'`,
      })
  if (given.REDIS_URL && !namesRedis(given.REDIS_URL))
    addIssue({
      code: 'custom',
      path: ['REDIS_URL'],
      message: `names a Redis of yours; a gate gives the app one of its own: '$REDIS_URL'`,
    })
})
const reachable = z
  .string()
  .regex(
    /^(?:\/.+|\[[0-9a-f:.]+\](?::\d+)?|[^\s:/@[\]]+(?::\d+)?)$/i,
    "give 'host', 'host:port' or the path of a socket",
  )
const id = z.union([z.number().int(), z.string().min(1).overwrite(canonicalId)])

/** The options of `usertwo.config.js`. docs/configuration.md shows the description of each. */
export const configSchema = z.strictObject({
  name: z
    .string()
    .min(1)
    .optional()
    .describe("name shown in reports; default: the name in the app's package.json"),
  app: z
    .strictObject({
      start: command.describe('how the gate starts the wrapped app, with PORT and DATABASE_URL set'),
      bare: command
        .optional()
        .describe('the app as it was before usertwo, for the baseline; default: `start` at dial 0'),
      migrate: command.optional().describe("the app's own migrations, run on an empty database"),
      seed: command.optional().describe("the app's own seed data, for gates"),
      drive: command
        .optional()
        .describe("plays the owner's day over HTTP against BASE_URL; what the baseline is recorded from"),
      env: variables
        .default({})
        .describe(
          "variables the app itself needs, for gates; never secrets. With settings of usertwo's, as `TOKEN_STYLE`, it is gated as it is to be deployed. `'$DATABASE_URL'`, `'$PGHOST'` … stand for the database it is given, where the app reads it by another name or needs more (`DATABASE_URL: '$DATABASE_URL?sslmode=disable'`). `'$REDIS_URL'`, `'$REDIS_HOST'` and `'$REDIS_PORT'` stand for an empty Redis, which a gate starts for an app that names one",
        ),
      allowHosts: z
        .array(reachable)
        .optional()
        .describe(
          'servers that the app may reach during a gate, in addition to its database: `host`, `host:port`, or the path of a socket. PostgreSQL cannot be reached through them. For a Redis use `$REDIS_URL` in `env`: what a gate writes to one that is named here stays there. Default: none',
        ),
      headers: z
        .record(z.string().toLowerCase(), z.string().min(1))
        .optional()
        .describe(
          "headers the app asks for besides a login, such as its own API key; sent with what a gate sends, and with what was recorded with them. `'$NAME'`, alone or within (`'Bearer $API_TOKEN'`), stands for a variable of `env`, else of the environment",
        ),
      health: path.default('/health').describe('answers 2xx once the app serves'),
      sockets: z
        .record(path, z.array(z.string().min(1)))
        .optional()
        .describe(
          'paths at which the app takes WebSockets, each with the messages that a gate sends to it as both users: `{ \'/ws\': [\'{"list":"items"}\'] }`. Default: the paths that the source names, without messages',
        ),
      managementPorts: z
        .array(z.number().int().min(1).max(65_535))
        .optional()
        .describe(
          'ports on which `usertwo run` leaves a server of the app unchanged (metrics, a probe of the platform): it needs no login, and from phase 6 its queries find no rows. Default: none',
        ),
    })
    .describe('how gates start the app, and what they may do with it'),
  owner: z
    .strictObject({
      id: id.describe('the key of that person: 1, or a uuid, which is read in lower case'),
    })
    .describe('whose data it is: the one person the app was written for'),
  users: users.describe('the table of people'),
  tables: z
    .record(z.string(), z.union([owned, unowned]))
    .default({})
    .describe(
      "every other table, by name: `{ owner: 'user_id' }` for one whose rows belong to people, else `{ access }`. From phase 6 a table that is not named cannot be reached from a request",
    ),
  ...isolationOptions,
  routes: z
    .strictObject({
      public: z.array(pattern).default([]).describe('open to everybody: `GET /health`'),
      debug: z.array(pattern).default([]).describe('off everywhere; with ENABLE_DEBUG_ROUTES open to admins'),
      ops: z
        .array(pattern)
        .default([])
        .describe(
          'off everywhere; with ENABLE_INTERNAL_OPS_ROUTES open to admins. `!/path` takes one out of a larger pattern',
        ),
      require: z
        .record(pattern, requirement)
        .optional()
        .describe(
          "what a user needs for a route and everything below it, in addition to a login: `'DELETE /articles': { role: 'editor' }`. One entry of a list is enough; every pattern that matches a route applies. Other users get 403",
        ),
      owned: z
        .record(pattern, z.string())
        .optional()
        .describe(
          "routes that change a row everybody reads, with its table; the row's key is the path's last parameter: `'POST /entries/:id/delete': 'entries'`. From phase 6 one that is named with GET opens for the row's owner alone, and with `auth.badge` no page offers any of them to another user",
        ),
      ...withoutLogin,
      legacy: z
        .record(pattern, retired)
        .default({})
        .describe(
          'retired pages, from phase 7: gone (404, 410), moved, or kept for who is logged in (`protect`)',
        ),
    })
    .prefault({})
    .describe(
      'what is different about some routes; every other one needs a login, a page from phase 5 and the rest from phase 6. The longest pattern counts',
    ),
  spa: z
    .union([spa, z.literal(false)])
    .prefault({})
    .describe(
      "the pages that the app's browser code has; false: the app has no page at all, the server's included",
    ),
  auth: authOptions.describe("where usertwo's own addresses are"),
  demo,
  prefix: z
    .string()
    .regex(/^[A-Z][A-Z0-9]*_$/, 'expected capital letters and digits, ending in _')
    .optional()
    .describe(
      "accepted before every variable's name, `JOURNAL_` for `JOURNAL_JWT_SECRET`; the prefixed value wins",
    ),
  flows: z
    .array(z.string())
    .default([])
    .describe(
      'modules that export `flow(page, { baseUrl })` and play what people do in a browser, for `client.browser-flow`',
    ),
  mutations: z
    .string()
    .min(1)
    .optional()
    .describe(
      'a module whose default export lists further mutants of this very app, by check id: what `--prove` must see red',
    ),
  startup: z
    .literal('system')
    .optional()
    .describe(
      "'system': queries before `listen` run as the system (a backup at start); default: they are refused",
    ),
  waivers: z
    .array(
      z.strictObject({
        check: z.string().describe('its id'),
        parts: z
          .array(z.string().min(1))
          .min(1)
          .optional()
          .describe(
            'only these parts of what the check finds, as its evidence names them; default: all of it',
          ),
        reason: z.string().min(10).describe('the reason, for readers of the report'),
        until: z.iso.date().describe('the last day it counts'),
      }),
    )
    .default([])
    .describe('checks that may be red or unknown for now, each with a reason and a last day'),
})
