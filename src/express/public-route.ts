import type { IncomingMessage } from 'node:http'
import type { Config } from '../core/config.js'
import { ConfigError } from '../core/config-error.js'

const PATTERN = /^(?:([A-Z]+) )?(\/\S*)$/

/**
 * Decides which requests are open to everybody: `config.routes.public`, each `GET /path` or `/path` (GET and HEAD).
 * The path is compared with what was sent, byte by byte: another case, an encoding, `//`, `/./` or a slash more is
 * another path and not public, whatever the app's router makes of it.
 *
 * @throws ConfigError for patterns with parameters or wildcards: what is open is listed
 */
export function isPublic(config: Config): (req: IncomingMessage & { originalUrl?: string }) => boolean {
  const open = new Set<string>()
  const wrong: string[] = []
  for (const pattern of config.routes.public) {
    const [, method = 'GET', path = ''] = PATTERN.exec(pattern) ?? []
    if (!path || /[:*?#%{}()\\]|\/\/|\/\.{1,2}(\/|$)/.test(path))
      wrong.push(`routes.public: "${pattern}" is not one plain path; list each, e.g. "GET /health"`)
    open.add(`${method} ${path}`)
    if (method === 'GET') open.add(`HEAD ${path}`)
  }
  if (wrong.length > 0) throw new ConfigError('usertwo.config', wrong)
  return (req) => open.has(`${req.method} ${(req.originalUrl ?? req.url ?? '').split('?', 1)[0]}`)
}
