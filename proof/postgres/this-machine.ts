import { hostname } from 'node:os'
import pg from 'pg'
import { ConfigError } from '../../src/core/config-error.js'
import { checkUrl, redactUrl } from '../../src/database/url.js'

/**
 * Returns whether the server of this URL is on this machine: a loopback address, this machine's own name, or
 * a socket. pg itself resolves the host, because `?host=` and PGHOST may name another host than the URL
 * shows.
 */
export function isThisMachine(url: string): boolean {
  const host = new pg.Client({ connectionString: checkUrl(url) }).host.toLowerCase()
  return (
    host.startsWith('/') ||
    host === 'localhost' ||
    host === hostname().toLowerCase() ||
    /^127(?:\.\d{1,3}){3}$/.test(host) ||
    /^\[?::1\]?$/.test(host)
  )
}

/**
 * Stops a command that could write to another machine's database by mistake.
 *
 * @param named the source of the URL: `--database`, `DATABASE_URL`
 * @throws ConfigError that names the address without its password
 */
export function refuseRemote(url: string, named: string): void {
  if (isThisMachine(url)) return
  throw new ConfigError('The database is not on this machine', [
    `${named}: ${redactUrl(url)}; when that is the one you mean, say --allow-remote`,
  ])
}
