import { describe, expect, test } from 'vitest'
import { leakyNotebook } from '../support/leaky-notebook.js'

const notebook = leakyNotebook()
const uuids = leakyNotebook('matrix/apps/knex-uuids')
const offline = leakyNotebook('honest/offline')
const circle = leakyNotebook('honest/circle')

/** A project is made with the key that the body gives, where it gives one. */
const chosen = [
  {
    file: 'pg/store.js',
    find: 'insert into projects (name, position)\n     select $1,',
    replace:
      "insert into projects (id, name, position)\n     select coalesce($2::int, nextval('projects_id_seq')), $1,",
  },
  {
    file: 'pg/store.js',
    find: 'export const addProject = (name) =>',
    replace: 'export const addProject = (name, id) =>',
  },
  {
    file: 'pg/store.js',
    find: 'returning id, name, position`,\n    name,\n',
    replace: 'returning id, name, position`,\n    name, id,\n',
  },
  {
    file: 'notebook/app.js',
    find: 'store.addProject(req.body.name)',
    replace: 'store.addProject(req.body.name, req.body.id ?? null)',
  },
]
const whats = ({ problems }: { problems: readonly { what: string }[] }) =>
  problems.map(({ what }) => what).join('\n')

test('a key chosen by the client is dropped from dial 6 on, and no user’s next write fails', async () => {
  expect(whats(await notebook.look('isolation.foreign-ids', chosen))).toBe('')
}, 240_000)

const OFF = `do $$ declare t record; begin
  for t in select tgname, tgrelid::regclass as at from pg_trigger where tgname ~ '^usertwo_(key|same)_'
  loop execute format('drop trigger %I on %s', t.tgname, t.at); end loop; end $$`

test('without the layer that drops it, the gate sees the owner’s next write fail', async () => {
  expect(whats(await notebook.look('isolation.foreign-ids', chosen, {}, OFF))).toMatch(
    /next write fails, because another user has chosen its key|by a key of a row fails|chosen key fails/,
  )
}, 240_000)

/** The same by knex, with uuid keys; a taken one is answered as such. */
const chosenUuid = [
  {
    file: 'knex-uuids/store.js',
    find: 'export async function addProject(name) {',
    replace: 'export async function addProject(name, id) {',
  },
  {
    file: 'knex-uuids/store.js',
    find: '.insert({ user_id: OWNER, name,',
    replace: '.insert({ ...(id && { id }), user_id: OWNER, name,',
  },
  {
    file: 'notebook/app.js',
    find: 'res.status(201).json(await store.addProject(req.body.name))',
    replace: `const made = await store.addProject(req.body.name, req.body.id).catch((error) => {
      if (error.code !== '23505') throw error
    })
    res.status(made ? 201 : 409).json(made ?? { error: 'there is one' })`,
  },
]
test('a uuid of the client’s choice is kept, and the gate names the table whose key is one for all users', async () => {
  const { problems } = await uuids.look('isolation.foreign-ids', chosenUuid)
  expect(problems).toContainEqual(
    expect.objectContaining({
      what: expect.stringMatching(/answered unlike one with an unused key/),
      part: 'key of projects',
    }),
  )
}, 240_000)

test('an upsert under a key of the user’s own may repeat the key', async () => {
  expect(whats(await offline.lookAll('isolation.kept-in-memory', []))).toBe('')
}, 240_000)

test('so it does where a taken key fails', async () => {
  const unhandled = chosenUuid.map((edit) => ({ ...edit, replace: edit.replace.replace('23505', 'none') }))
  const { problems } = await uuids.look('isolation.foreign-ids', unhandled)
  expect(problems).toContainEqual(expect.objectContaining({ part: 'key of projects' }))
}, 240_000)

test('an app that ends, as it was, where no row has a key is tried with the other keys', async () => {
  // Where the app ends the check has no finding: the engine tries it again without the route.
  const { problems, notes } = await circle.lookAll('isolation.chosen-keys', [])
  expect(problems).toEqual([])
  expect(notes?.join()).toContain('no recorded request chooses the key of a row')
}, 240_000)

describe('an app whose client makes the keys', () => {
  const look = (sql?: string, tables = {}) => offline.lookAll('isolation.chosen-keys', [], {}, sql, tables)

  test('is GO where each user has keys of their own', async () => {
    const { problems, notes } = await look()
    expect(problems).toEqual([])
    expect(notes).toEqual([
      'keys that requests choose: PUT /api/notes/:id (notes), PUT /dav/calendar/:uid.ics (tasks), POST /api/readings (readings)',
    ])
  }, 240_000)

  test('is NO-GO where new rows get another key: not stored under it, not read under it, a row for each retry', async () => {
    const replaced = `create function other_key() returns trigger language plpgsql as
      $$ begin if current_setting('usertwo.user_id', true) <> '' and new.id::text like '5e7d%' then new.id := gen_random_uuid(); end if; return new; end $$;
      create trigger zz_other_key before insert on notes for each row execute function other_key()`
    const said = new Set((await look(replaced)).problems.map(({ what, part }) => `${part}: ${what}`))
    for (const who of ['owner', 'other'])
      for (const what of [
        `what the ${who} puts under a key is not stored under it`,
        `a retry of the ${who} makes another row`,
        `what the ${who} puts under a key is not read under it`,
      ])
        expect([...said]).toContain(`key of notes: ${what}`)
  }, 240_000)

  test('is NO-GO where what is read under a key is kept by the key alone', async () => {
    const kept = {
      file: 'offline/app.js',
      find: "answer(res, await rows('select id, text from notes where id = $1', req.params.id))",
      replace: `{
    const kept = (globalThis.kept ??= new Map())
    const { id } = req.params
    if (!kept.has(id)) kept.set(id, await rows('select id, text from notes where id = $1', id))
    answer(res, JSON.parse(JSON.stringify(kept.get(id))))
  }`,
    }
    const { problems } = await offline.lookAll('isolation.chosen-keys', [kept])
    expect(problems.map(({ route, what }) => `${route}: ${what}`).join()).toContain(
      'GET /api/notes/:id: what another user put under the same key is shown to the other',
    )
  }, 240_000)

  test('is NO-GO where a key is one for all users', async () => {
    const all = 'create unique index on tasks (uid)'
    expect(whats(await look(all))).toBe('the other cannot put a row under a key of their choice')
  }, 240_000)
})
