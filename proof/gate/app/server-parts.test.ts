import { expect, it } from 'vitest'
import { databaseParts, redisParts, withServerParts } from './server-parts.js'

const DATABASE = 'postgres://app%40x:p%25w@127.0.0.1:6543/pile'

it('replaces the names of the database in a value, alone or within it', () => {
  const filled = (value: string) => withServerParts(value, databaseParts(DATABASE))
  expect(filled('$DATABASE_URL')).toBe(DATABASE)
  expect(filled('$DATABASE_URL?sslmode=disable')).toBe(`${DATABASE}?sslmode=disable`)
  expect(filled('$PGUSER:$PGPASSWORD at $PGHOST:$PGPORT/$PGDATABASE')).toBe(
    'app@x:p%w at 127.0.0.1:6543/pile',
  )
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is what an adopter writes
  expect(filled('${PGDATABASE}_log')).toBe('pile_log')
})

it('replaces the address of the Redis, its host and its port', () => {
  const parts = redisParts('redis://127.0.0.1:7001')
  expect(withServerParts('$REDIS_URL/2', parts)).toBe('redis://127.0.0.1:7001/2')
  expect(withServerParts('$REDIS_HOST $REDIS_PORT', parts)).toBe('127.0.0.1 7001')
  expect(redisParts('redis://cache').REDIS_PORT).toBe('6379')
})

it('leaves a dollar sign without a name alone, and reads two as one', () => {
  expect(withServerParts('5$, $2b$10$abc', {})).toBe('5$, $2b$10$abc')
  expect(withServerParts('a$$B', {})).toBe('a$B')
})

it('has no part that the URL does not have, except the default port', () => {
  expect(databaseParts('postgres://db/pile')).toEqual({
    DATABASE_URL: 'postgres://db/pile',
    PGHOST: 'db',
    PGPORT: '5432',
    PGDATABASE: 'pile',
  })
  expect(databaseParts('')).toEqual({ DATABASE_URL: '' })
})
