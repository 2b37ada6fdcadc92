import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Pile, pile } from '../../../../../test/support/ownership-pile.js'
import { closeLargeObjects } from '../../../../database/large-objects.js'
import { lintLargeObjects } from './large-objects.js'

let db: Pile
beforeAll(async () => {
  db = await pile()
  await db.admin.query('begin')
})
afterAll(async () => {
  await db.admin.query('rollback')
  await db.close()
})

/** What is found after some SQL, which is undone. */
async function foundAfter(sql: string, { allowed = false, closed = false } = {}) {
  await db.admin.query('savepoint whole')
  const { requestRole, login } = db.plan
  const database = new URL(db.url).pathname.slice(1)
  if (closed) await closeLargeObjects(db.admin, { database, roles: [login] })
  await db.admin.query(sql)
  const found = await lintLargeObjects(db.admin, { requestRole, allowed })
  await db.admin.query('rollback to savepoint whole')
  return { what: found.findings.map(({ what }) => what).join('; '), note: found.note }
}

const PLAIN = `create function any_object(id oid) returns bytea language sql as 'select lo_get(id)'`
const VIEW =
  'create view objects as select lo_get(oid) from pg_largeobject_metadata; grant select on objects to public'

test('a plain schema is fine, revoked or refused by the connection layer', async () => {
  expect(await foundAfter('')).toEqual({
    what: '',
    note: expect.stringContaining('connection layer refuses'),
  })
  expect(await foundAfter('', { closed: true })).toEqual({
    what: '',
    note: expect.stringContaining('no right'),
  })
  expect((await foundAfter('', { closed: true, allowed: true })).what).toBe('')
})

test.each([
  ['the switch, and no right revoked', '', { allowed: true }, 'may call lo_close, '],
  ['a function that calls them', PLAIN, {}, 'function any_object(oid) calls'],
  [
    'a function with a body in SQL',
    PLAIN.replace("as 'select lo_get(id)'", 'return lo_get(id)'),
    {},
    'any_object(oid)',
  ],
  ['a view that calls them', VIEW, {}, 'view objects calls'],
  ['a definer function, revoked or not', `${PLAIN} security definer`, { closed: true }, 'as its owner'],
  [
    'a trigger of the extension lo',
    `create extension lo; create table pictures (id int, picture lo);
      create trigger managed before update or delete on pictures for each row execute function lo_manage(picture)`,
    {},
    'function lo_manage()',
  ],
])('names %s', async (_title, sql, how, what) => {
  expect((await foundAfter(sql, how)).what).toContain(what)
})

test.each([
  ['a function that calls them, revoked', PLAIN, { closed: true }],
  ['a view that calls them, revoked', VIEW, { closed: true }],
  [
    'a function that requests may not execute',
    `${PLAIN}; revoke execute on function any_object from public`,
    {},
  ],
  [
    'a function of a similar name',
    `create function hello_get(id int) returns int language sql as 'select 1'; create function other() returns int language sql as 'select hello_get(1)'`,
    {},
  ],
])('leaves %s alone', async (_title, sql, how) => {
  expect((await foundAfter(sql, how)).what).toBe('')
})
