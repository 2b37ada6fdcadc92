import type { ServerResponse } from 'node:http'
import type { CorsOptions } from 'cors'
import vary from 'vary'
import type { Kit } from '../../core/kit.js'
import { packages } from '../../core/packages.js'
import type { Handler } from '../../express/handler.js'
import { ownHeaders } from './own-headers.js'

const EXPOSED = ['X-Request-Id', 'Retry-After', 'RateLimit', 'RateLimit-Policy']
/** How long a browser may keep the answer to a preflight. Seconds. */
const PREFLIGHT_AGE = 600

/** Removes what the app, or anything else, said about other origins. */
function clearCors(res: ServerResponse): void {
  for (const name of res.getHeaderNames()) if (name.startsWith('access-control-')) res.removeHeader(name)
}

/**
 * Who may call from another origin: exactly the origins of CORS_ORIGINS, nobody without it. It owns the CORS
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

  return function ownCors(req, res, next) {
    const isPreflight = req.method === 'OPTIONS' && req.headers['access-control-request-method'] !== undefined
    decide(req, res, (error?: unknown) => {
      if (error) return next(error)
      const ours = res.getHeaderNames().flatMap((name) => {
        const value = name.startsWith('access-control-') ? res.getHeader(name) : undefined
        return value === undefined ? [] : [[name, value] as const]
      })
      clearCors(res)
      ownHeaders(res, () => {
        clearCors(res)
        for (const [name, value] of ours) res.setHeader(name, value)
        vary(res, 'Origin')
      })
      if (!isPreflight) return next()
      res.writeHead(204, { 'Content-Length': '0' }).end()
    })
  }
}
