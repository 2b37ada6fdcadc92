import { describe, expect, it } from 'vitest'
import { cleanBody } from './clean-body.js'

const json = (detail: string, status = 400) =>
  JSON.parse(cleanBody(JSON.stringify({ detail }), 'application/json', status)).detail

describe('a cleaned error', () => {
  it('keeps what an author wrote for people', () => {
    for (const text of [
      'Task DRIVE-1 already exists',
      'Please select a thread from the list',
      'User "ann" not found',
      'Thread "Postgres for everyone" not found',
      'Update where you left off: 3 of 7',
      'Role must be one of: reader, editor',
      'No active session. Please roll the dice first.',
    ])
      expect(json(text)).toBe(text)
  })

  it('loses what drivers, databases and runtimes say, at any status', () => {
    for (const text of [
      'connect ECONNREFUSED 127.0.0.1:5432',
      'getaddrinfo ENOTFOUND db',
      'select * from "threads" where "id" = $1 - invalid input syntax',
      'insert into "threads" ("title") values ($1)',
      'relation "threads" does not exist',
      'duplicate key value violates unique constraint "users_email_key"',
      'Connection terminated unexpectedly',
      'terminating connection due to administrator command',
      'select 1 - something new that a database says',
      'sorry, too many clients already',
      'password authentication failed for user "app"',
      'Unexpected token z in JSON at position 3',
      '"hunter2" is not valid JSON',
      'Error: x\n    at f (/srv/app/x.js:1:2)',
    ])
      expect(json(text), text).toBe('Bad Request')
  })

  it("says of a server's own fault plain words only", () => {
    expect(json('Internal server error', 500)).toBe('Internal server error')
    expect(json('disk /var/lib full (17%)', 500)).toBe('Internal Server Error')
  })

  it('takes a moment only for a hostile body', () => {
    for (const one of ['select "a ', 'at x ', 'update ', 'relation "']) {
      const started = performance.now()
      json(one.repeat(20_000))
      expect(performance.now() - started, one).toBeLessThan(1_500)
    }
  })
})
