import type { IncomingMessage } from 'node:http'
import type { Config } from '../config/config.js'
import { targetOf } from './handler.js'
import { sentPath } from './path.js'
import { patternsOf } from './pattern.js'

type Addressed = Pick<IncomingMessage, 'method' | 'url'> & { originalUrl?: string }

/**
 * Decides which requests are open to everybody: `config.routes.public`, each `GET /path` or `/path` (GET and HEAD).
 * The path is compared with what was sent, byte by byte: another case, an encoding, `//`, `/./` or a slash more is
 * another path and not public, whatever the app's router makes of it.
 *
 * @throws ConfigError for patterns with parameters or wildcards: what is open is listed
 */
export function isPublic(config: Config): (req: Addressed) => boolean {
  const open = new Set<string>()
  for (const { method, path } of patternsOf(config, 'routes.public')) {
    open.add(`${method ?? 'GET'} ${path}`)
    if ((method ?? 'GET') === 'GET') open.add(`HEAD ${path}`)
  }
  return (req) => open.has(`${req.method} ${sentPath(targetOf(req))}`)
}
