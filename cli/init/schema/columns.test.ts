import { expect, test } from 'vitest'
import type { Column, Table } from '../../../src/database/catalog.js'
import { ownerColumn } from './columns.js'

const column = (name: string, more: Partial<Column> = {}) =>
  ({ name, type: 'integer', default: null, identity: null, nullable: false, ...more }) as Column
const table = (name: string, columns: Column[], key: string) =>
  ({
    id: `public.${name}`,
    schema: 'public',
    name,
    columns,
    primaryKey: [key],
    foreignKeys: [],
  }) as unknown as Table

test.each([
  ['an identity', column('author_id', { identity: 'always' })],
  ['a serial', column('author_id', { default: "nextval('authors_author_id_seq'::regclass)" })],
])('%s named like an owner is the key of its own table, and not an owner column', (_, key) => {
  expect(ownerColumn(table('authors', [key], 'author_id'), null, [], new Set()).column).toBeNull()
})

test('a key that the app fills in, and a column beside the key, is the owner if its rows say so too', () => {
  const settings = table('settings', [column('user_id')], 'user_id')
  expect(ownerColumn(settings, null, [], new Set(['public.settings.user_id'])).column).toBe('user_id')
  const notes = table('notes', [column('id', { identity: 'always' }), column('author_id')], 'id')
  expect(ownerColumn(notes, null, [], new Set(['public.notes.author_id'])).column).toBe('author_id')
  expect(ownerColumn(notes, null, [], new Set())).toMatchObject({ column: null, others: ['author_id'] })
})
