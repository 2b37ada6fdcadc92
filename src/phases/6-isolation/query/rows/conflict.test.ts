import { describe, expect, it, test } from 'vitest'
import { compilingKnex, sqlFor2, testPolicy } from '../../../../../test/support/compiling-knex.js'

const perUserUniques = (table: string) => (table === 'threads' ? [['slug'], ['kind', 'n']] : undefined)
const db = compilingKnex(testPolicy({ perUserUniques }))
const target = (query: () => unknown) => /on conflict (\(.*?\)|\S+)/.exec(sqlFor2(query))?.[1]

describe('a conflict target whose columns are unique for each user', () => {
  it('gets the owner column, however it is spelled', () => {
    expect(target(() => db('threads').insert({ slug: 'a' }).onConflict('slug').merge())).toBe(
      '("slug", "user_id")',
    )
    expect(target(() => db('threads').insert({ slug: 'a' }).onConflict(['slug']).ignore())).toBe(
      '("slug", "user_id")',
    )
    expect(target(() => db('threads').insert({ n: 1 }).onConflict(['n', 'kind']).ignore())).toBe(
      '("n", "kind", "user_id")',
    )
  })

  it('is found behind the app’s own names', () => {
    const wrapIdentifier = (value: string, wrap: (name: string) => string) =>
      wrap(value.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`))
    const camel = compilingKnex(testPolicy({ perUserUniques: () => [['short_name']] }), { wrapIdentifier })
    const upsert = () => camel('threads').insert({ shortName: 'a' }).onConflict('shortName').merge()
    expect(target(upsert)).toBe('("short_name", "user_id")')
  })

  it('is changed in the query alone, not in the builder', () => {
    const upsert = () => db('threads').insert({ slug: 'a' }).onConflict('slug').ignore()
    expect(target(upsert)).toBe(target(() => upsert().clone()))
    const columns = ['slug']
    sqlFor2(() => db('threads').insert({ slug: 'a' }).onConflict(columns).ignore())
    expect(columns).toEqual(['slug'])
  })
})

describe('any other conflict target', () => {
  it.each([
    ['another column', () => db('threads').insert({ id: 7 }).onConflict('id').ignore(), '("id")'],
    ['some of the columns', () => db('threads').insert({ n: 7 }).onConflict('n').ignore(), '("n")'],
    ['another table', () => db('events').insert({ id: 7 }).onConflict('slug').ignore(), '("slug")'],
    [
      'the owner named already',
      () => db('threads').insert({ id: 7 }).onConflict(['user_id', 'slug']).ignore(),
      '("user_id", "slug")',
    ],
    [
      'raw text',
      () => db('threads').insert({ id: 7 }).onConflict(db.raw('(slug) where n > 1')).ignore(),
      '(slug)',
    ],
    ['no target', () => db('threads').insert({ id: 7 }).onConflict().ignore(), 'do'],
  ])('stays as it is: %s', (_which, query, expected) => {
    expect(target(query)).toBe(expected)
  })
})

test('a target that shares one column with a unique key per user stays as it is', () => {
  expect(target(() => db('threads').insert({ n: 1 }).onConflict(['kind', 'title']).ignore())).toBe(
    '("kind", "title")',
  )
})
