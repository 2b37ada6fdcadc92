/** The names that a value of `app.env` may use with a `$` in front: the database of the app, and its parts. */
export const DATABASE_NAMES = [
  'DATABASE_URL',
  'PGHOST',
  'PGPORT',
  'PGUSER',
  'PGPASSWORD',
  'PGDATABASE',
] as const

export type DatabaseName = (typeof DATABASE_NAMES)[number]

const NAMED = /\$(?:(\$)|\{([A-Z_]\w*)\}|([A-Z_]\w*))/g

/** Returns the names in a value that are not among these. */
export function unknownNames(value: string): string[] {
  return namesIn(value).filter((name) => !isDatabaseName(name))
}

/** Whether a value contains the database of the app. */
export function namesDatabase(value: string): boolean {
  return namesIn(value).some(isDatabaseName)
}

function namesIn(value: string): string[] {
  return [...value.matchAll(NAMED)].flatMap(([, , braced, plain]) => braced ?? plain ?? [])
}

function isDatabaseName(name: string): boolean {
  return DATABASE_NAMES.some((known) => known === name)
}

/** Replaces the names in a value; `$$` is a dollar sign. */
export function withDatabaseParts(value: string, parts: Partial<Record<DatabaseName, string>>): string {
  return withNamed(value, (name) => parts[name as DatabaseName] ?? '')
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
