import { olderThan } from '../../src/core/optional/older-than.js'
import { OLDEST_PG, UPDATE_PG } from '../../src/phases/6-isolation/connection/driver/support.js'

/** From which version on each is held, and before which it was not tried: docs/reference/versions.md. */
export const SUPPORTED: Record<string, { from: string; before: string }> = {
  express: { from: '4.13', before: '6' },
  pg: { from: OLDEST_PG, before: '9' },
  knex: { from: '0.20', before: '4' },
  sequelize: { from: '6', before: '7' },
  typeorm: { from: '0.3', before: '0.4' },
}

/** What to do about a version that is too old: `^0.2.29` of typeorm; null: it is held, or says nothing, such as `latest`. */
export function update(name: string, version: string): string | null {
  const known = SUPPORTED[name]
  const first = version.replace(/^[^\d]+/, '')
  if (!known || !/^\d/.test(first) || !olderThan(first, known.from)) return null
  return name === 'pg'
    ? UPDATE_PG
    : `usertwo holds ${name} ${known.from} and later: npm install ${name}@latest`
}
