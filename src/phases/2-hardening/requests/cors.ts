import type { ServerResponse } from 'node:http'
import type { CorsOptions } from 'cors'
import type { Kit } from '../../../core/kit.js'
import { packages } from '../../../core/packages.js'
import type { Handler } from '../../../express/handler.js'
import { ownHeaders, varyBy } from '../answers/own-headers.js'
import { recordedHeaders, settingHeaders } from '../answers/recorded-headers.js'

const EXPOSED = ['X-Request-Id', 'Retry-After', 'RateLimit', 'RateLimit-Policy']
/** How long a browser may keep the answer to a preflight. Seconds. */
const PREFLIGHT_AGE = 600

/** Removes what the app, or anything else, said about other origins. */
function clearCors(res: ServerResponse, names: readonly string[]): void {
  for (const name of names) if (name.startsWith('access-control-')) res.removeHeader(name)
}

/**
 * Who may call from another origin: exactly the origins of CORS_ORIGINS, none without it. It owns the CORS
 * headers: the app's own are replaced when the head is written, and preflights are answered here. Credentials are
 * allowed to listed origins once the login is kept in a cookie (phase 4).
 */
export function strictCors({ settings, knowsPeople }: Kit): Handler {
  const allowed = new Set(settings.CORS_ORIGINS ?? [])
  const options: CorsOptions = {
    origin: (origin, decide) => decide(null, origin !== undefined && allowed.has(origin)),
    credentials: knowsPeople,
    exposedHeaders: EXPOSED,
    maxAge: PREFLIGHT_AGE,
    preflightContinue: true,
  }
  const decide = packages.cors(options)
  const ofOrigin = new Map(
    [...allowed].map((origin) => [origin, settingHeaders(recordedHeaders(decide, { origin }))]),
  )

  return function ownCors(req, res, next) {
    const { origin } = req.headers
    const ours = origin === undefined ? undefined : ofOrigin.get(origin)
    const isPreflight = req.method === 'OPTIONS' && req.headers['access-control-request-method'] !== undefined
    if (isPreflight)
      return decide(req, res, (error?: unknown) => {
        if (error) return next(error)
        ownHeaders(res, () => varyBy(res, 'Origin'))
        res.writeHead(204, { 'Content-Length': '0' }).end()
      })
    ownHeaders(res, (_res, names) => {
      clearCors(res, names)
      ours?.(res)
      varyBy(res, 'Origin')
    })
    next()
  }
}
