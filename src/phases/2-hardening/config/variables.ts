import { z } from 'zod'
import { host, listOf, origin } from '../../../config/address-lists.js'
import { flag, type Variable, whole } from '../../../config/variable.js'

/** The variables of proxies, origins, hosts, closed routes, metrics and limits. */
export const hardeningVariables = {
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
      'Names by which the app is reached, comma-separated (`.example.com`: all below it). Below phase 6, where no login is needed, a request for another name is answered 421. Addresses, localhost and names without a dot always count; so do the hosts of CORS_ORIGINS and PUBLIC_URL, and the names that Railway, Render, Fly and Heroku give the service.',
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
} satisfies Record<string, Variable>
