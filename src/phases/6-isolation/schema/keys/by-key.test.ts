import { expect, test } from 'vitest'
import type { Table } from '../../../../database/catalog.js'
import { tellingKeys } from './by-key.js'
import { byKeyPattern, isByKey } from './by-key-pattern.js'

const pattern = byKeyPattern('posts', [['id'], ['board', 'place']])

test.each([
  'delete from posts where id = $1',
  'delete from posts where id=5',
  `delete from posts where "posts"."id" = '5'`,
  `delete from posts where done and (ID IN (1, 2))`,
  'delete from posts where $1 = posts.id',
  'update posts set title = $1 where place = $2 and board = $3',
])('%s names rows by a key', (text) => expect(isByKey(text, pattern)).toBe(true))

test.each([
  'delete from posts',
  'update posts set id = 5',
  'delete from posts where board_id = $1',
  'delete from posts where ids = $1',
  'delete from posts where n.id = $1',
  'delete from posts p using notes n where n."id" = $1',
  'delete from posts where id <> $1',
  'delete from posts where id > $1',
  'delete from posts where id = notes.post_id',
  'delete from posts where id in (select post_id from notes)',
  'delete from posts where id = $1::numeric',
  'delete from posts where id = 5.5',
  'delete from posts where id = 12345678901234567890',
  'delete from posts where board = $1',
  `delete from posts where title = 'where id = 5'`,
])('%s names none', (text) => expect(isByKey(text, pattern)).toBe(false))

test('a key identifies a row among all users’: it is unique for all, and of a type that is compared before the policies', () => {
  const index = (columns: (string | null)[], more = {}) => ({ columns, unique: true, valid: true, ...more })
  const column = (name: string, baseType: string) => ({ name, baseType })
  const table = {
    name: 'posts',
    columns: [
      column('id', 'integer'),
      column('slug', 'text'),
      column('price', 'numeric'),
      column('user_id', 'integer'),
      column('odd^', 'text'),
    ],
    indexes: [
      index(['id']),
      index(['id']),
      index(['slug', 'id']),
      index(['user_id', 'slug']),
      index(['price']),
      index(['odd^']),
      index([null]),
      index(['slug'], { partial: true }),
      index(['slug'], { unique: false }),
      index(['slug'], { valid: false }),
    ],
  } as unknown as Table
  expect(tellingKeys(table, 'user_id')).toEqual([['id'], ['slug', 'id']])
  expect(tellingKeys({ ...table, name: 'odd]' }, 'user_id')).toEqual([])
})
