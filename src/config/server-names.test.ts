import { expect, it } from 'vitest'
import { namesDatabase, namesRedis, unknownNames } from './server-names.js'

it('reads two dollar signs as a plain one', () => {
  expect(unknownNames('a$$B $2b$10')).toEqual([])
})

it('recognises a value that is made of the database', () => {
  expect(namesDatabase('$DATABASE_URL?sslmode=disable')).toBe(true)
  expect(['postgres://db/pile', '$$DATABASE_URL', '$API_URL', ''].filter(namesDatabase)).toEqual([])
})

it('recognises a value that is made of the Redis', () => {
  const values = ['$REDIS_URL', '$DATABASE_URL', '$$REDIS_URL', 'redis://cache']
  expect(values.filter(namesRedis)).toEqual(['$REDIS_URL'])
})

it('returns the unknown names', () => {
  expect(unknownNames('$DATABASE_URI and $PGHOST')).toEqual(['DATABASE_URI'])
  expect(unknownNames('$REDIS_URL $REDIS_HOST $REDIS_PORT $REDIS_URI')).toEqual(['REDIS_URI'])
})
