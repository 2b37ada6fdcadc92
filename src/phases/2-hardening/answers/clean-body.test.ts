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

  it('keeps of a field error what type was received, and loses what was', () => {
    const of = (received: unknown) => ({
      code: 'invalid_type',
      path: ['title'],
      message: 'Expected text',
      received,
    })
    const clean = (received: unknown) =>
      JSON.parse(cleanBody(JSON.stringify({ errors: [of(received)] }), 'application/json', 400)).errors[0]
    expect(clean('undefined')).toEqual(of('undefined'))
    expect(clean('hunter2')).not.toHaveProperty('received')
    expect(clean(['string'])).not.toHaveProperty('received')
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

  describe('that is the error itself, sent as it was caught,', () => {
    const caught = {
      length: 210,
      name: 'error',
      severity: 'ERROR',
      code: '23505',
      detail: 'Key (email)=(ann@example.com) already exists.',
      schema: 'public',
      table: 'users',
      constraint: 'users_email_key',
      file: 'nbtinsert.c',
      line: '664',
      routine: '_bt_check_unique',
    }
    const refused = { errno: -111, code: 'ECONNREFUSED', syscall: 'connect', address: '10.0.0.5', port: 5432 }
    const clean = (body: unknown, status = 500) =>
      JSON.parse(cleanBody(JSON.stringify(body), 'application/json', status))

    it('loses every field of the driver, at any depth, and keeps what the app added', () => {
      expect(clean({ ok: false, error: { ...caught, hint: 'ask Bob' } })).toEqual({ ok: false, error: {} })
      expect(clean({ errors: [{ message: 'Not saved', parent: caught }] }, 400)).toEqual({
        errors: [{ message: 'Not saved', parent: {} }],
      })
      expect(clean({ error: refused })).toEqual({ error: {} })
    })

    it('loses them where it was sent as text too', () => {
      expect(cleanBody(JSON.stringify(caught), 'text/html; charset=utf-8', 500)).toBe('{}')
    })

    it('is known by a few of its fields', () => {
      expect(clean({ error: { code: '42P01', table: 'users' } })).toEqual({ error: {} })
      expect(clean({ error: { severity: 'ERROR', routine: 'errorMissingColumn' } })).toEqual({ error: {} })
    })

    it('is known as what a mapper hands on, with the driver’s within and without', () => {
      const unique = { name: 'SequelizeUniqueConstraintError', fields: { title: 'hunter2' }, sql: 'insert …' }
      const item = { message: 'title must be unique', path: 'title', value: 'hunter2', instance: { id: 7 } }
      expect(clean({ ...unique, parent: caught, original: caught, errors: [item] }, 400)).toEqual({
        errors: [{ message: 'title must be unique', path: 'title' }],
      })
      expect(clean({ name: 'SequelizeConnectionError', parent: {}, original: {} }, 400)).toEqual({})
      expect(clean({ name: 'QueryFailedError', query: 'select 1', driverError: caught }, 400)).toEqual({})
      expect(clean({ name: 'SequelizeValidationError', errors: [item] }, 400).name).toBe('Bad Request')
    })

    it.each([
      [{ name: 'Ann', parent: { name: 'Bob' } }],
      [{ code: 'E0012', line: 3, column: 7 }],
      [{ code: 'OUT_OF_STOCK', table: 'window' }],
      [{ code: '40412', message: 'No such thread' }],
      [{ name: 'title', detail: 'too long', position: 3 }],
      [{ errors: [{ path: 'title', code: 'too_small', message: 'Too short' }] }],
    ])("is not what an app's own %j is taken for", (own) => {
      expect(clean(own, 400)).toEqual(own)
    })
  })

  it('takes a moment only for a hostile body', () => {
    for (const one of ['select "a ', 'at x ', 'update ', 'relation "']) {
      const started = performance.now()
      json(one.repeat(20_000))
      expect(performance.now() - started, one).toBeLessThan(1_500)
    }
  })
})
