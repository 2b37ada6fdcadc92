import { afterEach, expect, test } from 'vitest'
import { outcome, type Pile, pile } from '../../../../test/support/ownership-pile.js'
import { lintOwnership } from './lint.js'
import type { OwnershipPlan } from './plan/ownership-plan.js'
import { planOwnership } from './plan/plan-ownership.js'
import { reconcileOwnership } from './reconcile.js'

const schema = (onDelete: string) => `
  create table users (id serial primary key, username text);
  create table posts (id serial primary key, title text, author_id int not null references users);
  create table comments (id serial primary key, text text, author_id int not null references users,
    post_id int not null references posts on delete ${onDelete});
  insert into users values (1, 'owner');
  insert into posts values (1, 'first', 1);
  insert into comments values (1, 'mine', 1, 1)`

const tables = (access: 'private' | 'readable'): OwnershipPlan['tables'] => ({
  posts: { owner: 'author_id', access },
  comments: { owner: 'author_id', access: 'private' },
})

let db: Pile
afterEach(() => db?.close())

const keysOf = async (table: string) =>
  (
    await db.admin.query<{ name: string }>(
      `select conname as name from pg_constraint where contype = 'f' and conrelid = $1::regclass order by 1`,
      [table],
    )
  ).rows.map(({ name }) => name)
const rulesOf = async (plan = db.plan) => (await lintOwnership(db.admin, plan)).map(({ rule }) => rule)

test("a comment on another user's readable post is its writer's own", async () => {
  db = await pile({ schema: schema('no action'), tables: tables('readable') })
  await reconcileOwnership(db.app, db.plan)
  await db.admin.query(`insert into users values (2, 'second')`)
  expect(await keysOf('comments')).toEqual(['comments_author_id_fkey', 'comments_post_id_fkey'])
  const second = await db.as(2)
  expect(
    await outcome(
      second,
      `insert into comments (id, text, post_id) values (2, 'theirs', 1) returning author_id`,
    ),
  ).toEqual([{ author_id: 2 }])
  expect(await outcome(second, `select id from comments`)).toEqual([{ id: 2 }])
  expect(await outcome(await db.as(1), `select id from comments`)).toEqual([{ id: 1 }])
  expect(await rulesOf()).toEqual([])
})

test('the key of a private table is dropped in a separate step once the table becomes readable', async () => {
  db = await pile({ schema: schema('no action'), tables: tables('private') })
  await reconcileOwnership(db.app, db.plan)
  const key = 'usertwo_comments_author_id_post_id_fkey'
  expect(await keysOf('comments')).toContain(key)
  const readable = { ...db.plan, tables: tables('readable') }
  expect(await rulesOf(readable)).toContain('parent-key')
  const [drop] = (await planOwnership(db.app, readable)).filter(({ sql }) => sql.includes(key))
  expect(drop).toMatchObject({
    kind: 'expand',
    sql: `alter table "public"."comments" drop constraint "${key}"`,
    lock: 'access exclusive on both tables, an instant',
  })
  await reconcileOwnership(db.app, readable)
  expect(await keysOf('comments')).not.toContain(key)
  expect(await rulesOf(readable)).toEqual([])
  await reconcileOwnership(db.app, db.plan)
  expect(await keysOf('comments')).toContain(key)
})

test.each([
  { onDelete: 'cascade', left: [0] },
  { onDelete: 'set default', left: null },
])("a key on delete $onDelete reaches others' rows, and the lint says so", async ({ onDelete, left }) => {
  db = await pile({ schema: schema(onDelete), tables: tables('readable') })
  await reconcileOwnership(db.app, db.plan)
  expect(await rulesOf()).toEqual(['readable-cascade'])
  await db.admin.query(
    `insert into users values (2, 'second'); insert into comments values (2, 'theirs', 2, 1)`,
  )
  const gone = await outcome(await db.as(1), 'delete from posts where id = 1')
  // PostgreSQL runs a key's action without row security, as the table's owner.
  if (left) expect(await outcome(db.admin, 'select id from comments')).toEqual(left)
  else expect(gone).toMatch(/23502/)
})

test('with no action a post stays while another user’s comment references it', async () => {
  db = await pile({ schema: schema('no action'), tables: tables('readable') })
  await reconcileOwnership(db.app, db.plan)
  await db.admin.query(`insert into users values (2, 'second'); delete from comments;
    insert into comments values (2, 'theirs', 2, 1)`)
  expect(await outcome(await db.as(1), 'delete from posts where id = 1')).toMatch(/23503/)
})

test('with `via` a comment belongs to the post: only the author comments, and comments are deleted with the post', async () => {
  const via: OwnershipPlan['tables'] = {
    posts: { owner: 'author_id', access: 'readable' },
    comments: { owner: 'author_id', access: 'readable', via: 'post_id' },
  }
  db = await pile({ schema: schema('cascade'), tables: via })
  await reconcileOwnership(db.app, db.plan)
  await db.admin.query(`insert into users values (2, 'second'); insert into posts values (2, 'theirs', 2)`)
  expect(await keysOf('comments')).toContain('usertwo_comments_author_id_post_id_fkey')
  expect(await rulesOf()).toEqual([])
  expect(await planOwnership(db.app, db.plan)).toEqual([])
  const second = await db.as(2)
  const below = (post: number) =>
    outcome(second, `insert into comments (text, post_id) select 'x', id from posts where id = ${post}`)
  expect(await below(1)).toBe('UT403')
  expect(await below(2)).toEqual([1])
  // For a missing post the app's own key answers, or there is no row to copy.
  expect(await below(99)).toEqual([0])
  expect(await outcome(second, `insert into comments (text, post_id) values ('x', 99)`)).toBe('23503')
  expect(await outcome(second, 'update comments set post_id = 1')).toBe('UT403')
  expect(await outcome(second, 'select text from comments order by id')).toEqual([
    { text: 'mine' },
    { text: 'x' },
  ])
  expect(await outcome(second, 'delete from posts where id = 2')).toEqual([1])
  expect(await outcome(db.admin, 'select text from comments')).toEqual([{ text: 'mine' }])

  const without = { ...db.plan, tables: { ...via, comments: { ...via.comments, via: undefined } as never } }
  await reconcileOwnership(db.app, without)
  expect(await outcome(second, `insert into comments (text, post_id) values ('x', 1)`)).toEqual([1])
  expect(await planOwnership(db.app, without)).toEqual([])
})
