import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { isIP } from 'node:net'
import type { Kit } from '../../../core/kit.js'
import { Problem, problemText } from '../../../core/problem.js'

/** Most names that are logged: a client may invent any number. */
const MOST = 20
const HOST = /^(?:\[([\da-f:.]+)\]|([^:[\]]+))(?::\d+)?$/i

/** The refusal passes no layer, so it brings the headers that every answer has. */
const HEADERS = {
  'Content-Type': 'application/problem+json',
  'Cache-Control': 'no-store',
  Connection: 'close',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'SAMEORIGIN',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
}

/**
 * Whether a Host is one of the app's own. An address cannot be pointed elsewhere, and a name without a dot cannot be
 * registered; any other has to be listed, `.example.com` for all below it.
 */
export function isOwnHost(hosts: readonly string[]): (host: string | undefined) => boolean {
  return (host) => {
    // No browser leaves it out.
    if (host === undefined) return true
    const [, address, given = ''] = HOST.exec(host) ?? []
    if (address !== undefined) return isIP(address) === 6
    const name = given.toLowerCase().replace(/\.$/, '')
    if (name === '') return false
    if (isIP(name) || !name.includes('.') || name.endsWith('.localhost')) return true
    return hosts.some((one) => (one.startsWith('.') ? `.${name}`.endsWith(one) : name === one))
  }
}

/**
 * Refuses requests for a name that is not the app's. Below phase 6 no login is the owner: a web page whose own name is
 * pointed at this machine (DNS rebinding) could read the whole app from the browser of anybody who reaches it.
 */
export function refuseOtherHosts({
  settings,
  log,
}: Pick<Kit, 'settings' | 'log'>): (req: IncomingMessage, res: ServerResponse) => boolean {
  const isOwn = isOwnHost(settings.hosts)
  /** The one that came last: the next request says the same. */
  let own: string | undefined
  const told = new Set<string>()
  return (req, res) => {
    const { host } = req.headers
    if (host !== undefined && host === own) return false
    if (isOwn(host)) {
      own = host
      return false
    }
    if (host && told.size < MOST && !told.has(host)) {
      told.add(host)
      log.warn({ host }, 'refused: not a name of this app; if it is one, add it to ALLOWED_HOSTS')
    }
    const problem = new Problem('unknown_host', 'The operator of the app can add the name to ALLOWED_HOSTS.')
    res.writeHead(problem.status, { ...HEADERS, 'X-Request-Id': randomUUID() })
    res.end(problemText(problem))
    return true
  }
}
