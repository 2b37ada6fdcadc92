import type { IncomingMessage } from 'node:http'
import { admitsWithoutLogin, type Config } from '../config/config.js'
import { isWithoutLogin } from '../core/person-of.js'
import { targetOf } from './handler.js'
import { sentPath } from './path.js'
import { patternsOf } from './pattern.js'

type Addressed = Pick<IncomingMessage, 'method' | 'url'> & { originalUrl?: string }

/**
 * Decides which requests need no login: those of `config.routes.public`, each `GET /path` or `/path` (GET and HEAD), and
 * those that work on a user's data without one (`routes.links`, `routes.hooks`). A public
 * path is compared with the one sent, byte by byte: another case, an encoding, `//`, `/./` or an extra slash
 * makes it another path and not public, however the app's router reads it.
 *
 * @throws ConfigError for patterns with parameters or wildcards: public routes are listed one by one
 */
export function isPublic(config: Config): (req: Addressed) => boolean {
  const open = new Set<string>()
  for (const { method, path } of patternsOf(config, 'routes.public')) {
    open.add(`${method ?? 'GET'} ${path}`)
    if ((method ?? 'GET') === 'GET') open.add(`HEAD ${path}`)
  }
  const isListed = (req: Addressed) => open.has(`${req.method} ${sentPath(targetOf(req))}`)
  if (!admitsWithoutLogin(config)) return isListed
  return (req) => isListed(req) || isWithoutLogin(req as IncomingMessage)
}
