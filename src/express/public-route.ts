import type { IncomingMessage } from 'node:http'
import type { Config } from '../config/config.js'
import { targetOf } from './handler.js'
import { sentPath } from './path.js'
import { patternsOf } from './pattern.js'

type Addressed = Pick<IncomingMessage, 'method' | 'url'> & { originalUrl?: string }

/**
 * Decides which requests are public: `config.routes.public`, each `GET /path` or `/path` (GET and HEAD). The
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
  return (req) => open.has(`${req.method} ${sentPath(targetOf(req))}`)
}
