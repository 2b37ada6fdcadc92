import { describe, expect, it } from 'vitest'
import { lookedUpReader } from './looked-up.js'

const read = lookedUpReader(
  new Map([
    ['session', ['sid']],
    ['users', ['email', 'id']],
  ]),
)
const found = (text: string) => {
  const one = read(text)
  return one && `${one.insert ? '+' : ''}${one.table}.${one.column} ${one.value ?? `$${one.parameter! + 1}`}`
}

describe('what a statement looks up', () => {
  it.each([
    ['SELECT * FROM users WHERE email = $1', 'users.email $1'],
    ['select * from "users" where "users"."id" = $2 limit 1', 'users.id $2'],
    ["select 1 from public.users where email = 'it''s'", "users.email it's"],
    ['select * from users where username = 1 and email = ($1)', 'users.email $1'],
    ['select * from users where email = (($2)) limit 1', 'users.email $2'],
    ['insert into users (email) values (($1))', '+users.email $1'],
    ['SELECT sess FROM "session" WHERE sid = $1 AND expire >= to_timestamp($2)', 'session.sid $1'],
    ['UPDATE "session" SET expire = to_timestamp($1) WHERE sid = $2 RETURNING sid', 'session.sid $2'],
    ['update "session" set sid = $1 where sid = $2 returning sid', 'session.sid $2'],
    [
      'INSERT INTO "session" (sess, expire, sid) SELECT $1, to_timestamp($2), $3 ON CONFLICT (sid) DO UPDATE SET sess=$1',
      '+session.sid $3',
    ],
    ['insert into users (name, email) values (lower($1), $2::text) returning id', '+users.email $2'],
    [
      'with new_values (sid, expire) as (values ($1, $2::timestamptz)), upsert as (update "session" s set expire = n.expire from new_values n where s.sid = n.sid returning s.*) insert into "session" (sid, expire) select sid, expire from new_values',
      '+session.sid $1',
    ],
  ])('is the value of a column: %s', (text, expected) => expect(found(text)).toBe(expected))

  it.each([
    'select * from users',
    'update users set email = $1',
    'select * from users where email in ($1)',
    'select * from users where email like $1',
    'select * from users where lower(email) = $1',
    'select * from users where email = ($1 || $2)',
    'select * from users where email = (select $1)',
    'select * from users where email = (($1)',
    'select * from recipes where id = $1',
    'with found as (select * from users where email = $1) select * from found',
    "select 'from users where email = $1'",
    'select 1; select * from users where email = $1',
    'with u as (select * from users where email = $1) select * from u',
    'insert into users (email) values (lower($1))',
    'insert into users (name) values ($1)',
    'truncate users',
  ])('is nothing: %s', (text) => expect(found(text)).toBeNull())
})
