import { expect, it } from 'vitest'
import { erDiagram } from '../../reading/schema/diagram.js'
import type { TableEntry } from '../../reading/schema/tables.js'
import { inventoryMarkdown } from './markdown.js'

const table = (name: string, more: Partial<TableEntry>): TableEntry => ({
  name,
  access: null,
  owner: null,
  reaches: null,
  columns: ['id integer not null'],
  primaryKey: ['id'],
  foreignKeys: [],
  ...more,
})
const tables = [
  table('public notes', {
    access: 'private',
    owner: 'user_id',
    columns: ['id uuid not null', 'user_id integer not null', 'tag "char"', 'made timestamp with time zone'],
    foreignKeys: ['user_id → users(id) on delete cascade', 'tag → tags(id)', 'gone → elsewhere(id)'],
    reaches: 'user_id → users',
  }),
  table('news', { access: 'readable', owner: 'author' }),
  table('tags', { access: 'reference' }),
  table('users', { access: 'self' }),
  table('words', {}),
]

it('draws whose the rows of each table are, its keys, and where they lead', () => {
  expect(erDiagram(tables)).toEqual([
    'erDiagram',
    '  public_notes["public notes (owned by user_id)"] {',
    '    uuid id PK',
    '    integer user_id FK "owner"',
    '    char tag FK',
    '    timestamp_with_time_zone made',
    '  }',
    ...[
      ['news', 'shared: all read, author writes'],
      ['tags', 'reference: all read'],
      ['users', 'users: each their own row'],
      ['words', 'not classified'],
    ].flatMap(([name, whose]) => [`  ${name}["${name} (${whose})"] {`, '    integer id PK', '  }']),
    '  users ||--o{ public_notes : "user_id"',
    '  tags |o--o{ public_notes : "tag"',
  ])
})

it('is a page with a table of each part that has anything, and no bar that ends a cell', () => {
  const page = inventoryMarkdown('diary', {
    routes: [{ method: 'GET', path: '/^\\/(a|b)$/', at: 'app.js:3', answers: ['text/html'] }],
    mounts: [
      { path: '/files', at: 'app.js:4', folder: 'public' },
      { path: '/graphql', at: 'app.js:5', folder: null },
    ],
    tables,
    pages: [],
    clientCalls: [{ method: 'GET', path: '/gone', at: 'views/a.ejs:2', route: null }],
    hotSpots: [],
    unread: [],
  })
  expect(page).toContain('| `GET /^\\/(a\\|b)$/` | text/html | `app.js:3` |')
  expect(page).toContain('| `/files` | the files of `public` | `app.js:4` |')
  expect(page).toContain('| `/graphql` | a function that takes every request | `app.js:5` |')
  expect(page).toContain('| `GET /gone` | **none** | `views/a.ejs:2` |')
  expect(page).toContain('```mermaid\nerDiagram\n')
  expect(page).not.toMatch(/hot spots|Not read|\d pages/)
})
