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

/** The same for the Redis that a gate gives the app. */
export const REDIS_NAMES = ['REDIS_URL', 'REDIS_HOST', 'REDIS_PORT'] as const

export type RedisName = (typeof REDIS_NAMES)[number]

/** A name in a value, in braces or not, or a second dollar sign, which makes the first one plain. */
export const NAMED = /\$(?:(\$)|\{([A-Z_]\w*)\}|([A-Z_]\w*))/g

const isAmong = (names: readonly string[]) => (name: string) => names.includes(name)

/** Returns the names in a value that are not among these. */
export function unknownNames(value: string): string[] {
  const isKnown = isAmong([...DATABASE_NAMES, ...REDIS_NAMES])
  return namesIn(value).filter((name) => !isKnown(name))
}

/** Whether a value contains the database of the app. */
export const namesDatabase = (value: string): boolean => namesIn(value).some(isAmong(DATABASE_NAMES))

/** Whether a value contains the Redis that a gate gives the app. */
export const namesRedis = (value: string): boolean => namesIn(value).some(isAmong(REDIS_NAMES))

function namesIn(value: string): string[] {
  return [...value.matchAll(NAMED)].flatMap(([, , braced, plain]) => braced ?? plain ?? [])
}
