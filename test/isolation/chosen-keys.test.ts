import { expect, test } from 'vitest'
import { leakyNotebook } from '../support/leaky-notebook.js'

const notebook = leakyNotebook()

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

test('a key of the client’s choice is dropped from dial 6 on, and nobody’s next write fails', async () => {
  expect(whats(await notebook.look('isolation.foreign-ids', chosen))).toBe('')
}, 240_000)

test('without the layer that drops it, the gate sees the owner’s next write fail', async () => {
  const off =
    "do $$ declare t record; begin for t in select tgname, tgrelid::regclass as on from pg_trigger where tgname like 'usertwo\\_key%' loop execute format('drop trigger %I on %s', t.tgname, t.on); end loop; end $$"
  expect(whats(await notebook.look('isolation.foreign-ids', chosen, {}, off))).toMatch(
    /next write fails, since somebody else has chosen its key|by a key of a row fails|key of one’s choice fails/,
  )
}, 240_000)
