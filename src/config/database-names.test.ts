import { describe, expect, it } from 'vitest'
import { databaseParts, namesDatabase, unknownNames, withDatabaseParts } from './database-names.js'

const URL = 'postgres://app%40x:p%25w@127.0.0.1:6543/pile'

describe('the database in values of app.env', () => {
  it('replaces the names in a value, alone or within it', () => {
    const filled = (value: string) => withDatabaseParts(value, databaseParts(URL))
    expect(filled('$DATABASE_URL')).toBe(URL)
    expect(filled('$DATABASE_URL?sslmode=disable')).toBe(`${URL}?sslmode=disable`)
    expect(filled('$PGUSER:$PGPASSWORD at $PGHOST:$PGPORT/$PGDATABASE')).toBe(
      'app@x:p%w at 127.0.0.1:6543/pile',
    )
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is what an adopter writes
    expect(filled('${PGDATABASE}_log')).toBe('pile_log')
  })

  it('leaves a dollar sign without a name alone, and reads two as one', () => {
    expect(withDatabaseParts('5$, $2b$10$abc', {})).toBe('5$, $2b$10$abc')
    expect(withDatabaseParts('a$$B', {})).toBe('a$B')
    expect(unknownNames('a$$B $2b$10')).toEqual([])
  })

  it('recognises a value that is made of it', () => {
    expect(namesDatabase('$DATABASE_URL?sslmode=disable')).toBe(true)
    expect(['postgres://db/pile', '$$DATABASE_URL', '$API_URL', ''].filter(namesDatabase)).toEqual([])
  })

  it('returns the unknown names', () => {
    expect(unknownNames('$DATABASE_URI and $PGHOST')).toEqual(['DATABASE_URI'])
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
})
