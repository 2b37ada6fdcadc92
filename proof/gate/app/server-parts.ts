import { type DatabaseName, NAMED, type RedisName } from '../../../src/config/server-names.js'

/** Replaces the names in a value of `app.env`; `$$` is a dollar sign. */
export function withServerParts(
  value: string,
  parts: Partial<Record<DatabaseName | RedisName, string>>,
): string {
  return withNamed(value, (name) => parts[name as DatabaseName | RedisName] ?? '')
}

/** Replaces each name with a `$` in front by the result of `find`; `$$` is a dollar sign. */
export function withNamed(value: string, find: (name: string) => string): string {
  return value.replace(NAMED, (_, dollar, braced, plain) => (dollar ? '$' : find(braced ?? plain)))
}

/** The variables by which PostgreSQL's own programs and every driver find the database of `url`. */
export function databaseParts(url: string): Partial<Record<DatabaseName, string>> {
  if (!URL.canParse(url)) return { DATABASE_URL: url }
  const { hostname, port, username, password, pathname, searchParams } = new URL(url)
  const parts = {
    PGHOST: hostname || searchParams.get('host') || '',
    PGPORT: port || searchParams.get('port') || '5432',
    PGUSER: decodeURIComponent(username),
    PGPASSWORD: decodeURIComponent(password),
    PGDATABASE: decodeURIComponent(pathname.slice(1)),
  }
  return { DATABASE_URL: url, ...Object.fromEntries(Object.entries(parts).filter(([, part]) => part)) }
}

/** The values of the names of a Redis. */
export function redisParts(url: string): Partial<Record<RedisName, string>> {
  if (!URL.canParse(url)) return { REDIS_URL: url }
  const { hostname, port } = new URL(url)
  return { REDIS_URL: url, REDIS_HOST: hostname, REDIS_PORT: port || '6379' }
}
