// The notebook by pg alone, as CommonJS: SQL text with parameters, and a client of its own where several statements belong together.
const { pool } = require('./db.js')

const FOREIGN_KEY = '23503'

async function rows(sql, ...values) {
  return (await pool.query(sql, values)).rows
}

async function one(sql, ...values) {
  return (await rows(sql, ...values))[0] ?? null
}

async function inTransaction(work) {
  const client = await pool.connect()
  try {
    await client.query('begin')
    const made = await work(client)
    await client.query('commit')
    return made
  } catch (error) {
    await client.query('rollback')
    throw error
  } finally {
    client.release()
  }
}

const projects = () =>
  rows(`select p.id, p.name, p.position, count(n.id)::int as notes
    from projects p left join notes n on n.project_id = p.id
    group by p.id order by p.position, p.id`)

const addProject = (name) =>
  one(
    `insert into projects (name, position)
     select $1, coalesce(max(position), 0) + 1 from projects returning id, name, position`,
    name,
  )

const moveProject = (id, position) =>
  inTransaction(async (client) => {
    const found = await client.query('select * from projects where id = $1 for update', [id])
    if (!found.rows[0]) return null
    await client.query('update projects set position = position + 1 where position >= $1', [position])
    const moved = await client.query(
      'update projects set position = $2 where id = $1 returning id, name, position',
      [id, position],
    )
    return moved.rows[0]
  })

const removeProject = async (id) => (await pool.query('delete from projects where id = $1', [id])).rowCount

const notesOf = (projectId) => rows('select * from notes where project_id = $1 order by id', projectId)

const addNote = ({ project_id, title, body }) =>
  one(
    'insert into notes (project_id, title, body) values ($1, $2, $3) returning *',
    project_id,
    title,
    body,
  ).catch((error) => {
    if (error.code === FOREIGN_KEY) return null
    throw error
  })

async function readNote(id) {
  const note = await one('update notes set views = views + 1 where id = $1 returning *', id)
  return note && { ...note, tags: await tagsOf(id) }
}

const changeNote = (id, { title, body }) =>
  one('update notes set title = $2, body = $3 where id = $1 returning *', id, title, body)

const removeNote = async (id) => (await pool.query('delete from notes where id = $1', [id])).rowCount

async function addTag(noteId, name) {
  if (!(await one('select id from notes where id = $1', noteId))) return null
  await pool.query(
    'insert into tags (note_id, name) values ($1, $2) on conflict (note_id, name) do nothing',
    [noteId, name],
  )
  return { tags: await tagsOf(noteId) }
}

async function tagsOf(noteId) {
  return (await rows('select name from tags where note_id = $1 order by name', noteId)).map(
    ({ name }) => name,
  )
}

const search = (text) =>
  rows(
    `select n.id, n.title, p.name as project from notes n join projects p on p.id = n.project_id
     where n.title ilike '%' || $1 || '%' or n.body ilike '%' || $1 || '%'
       or exists (select from tags t where t.note_id = n.id and t.name = $1)
     order by n.id`,
    text,
  )

async function everything() {
  const all = await rows('select id, name, position from projects order by position, id')
  const notes = await rows('select * from notes order by id')
  const tags = await rows('select note_id, name from tags order by note_id, name')
  const named = (id) => tags.filter(({ note_id }) => note_id === id).map(({ name }) => name)
  return all.map((project) => ({
    ...project,
    notes: notes
      .filter((note) => note.project_id === project.id)
      .map((note) => ({ ...note, tags: named(note.id) })),
  }))
}

const stats = () =>
  one(`with read as (select project_id, sum(views)::int as views from notes group by project_id)
    select (select count(*)::int from projects) as projects, (select count(*)::int from notes) as notes,
      (select count(*)::int from tags) as tags, (select max(position) from projects) as last,
      (select p.name from read r join projects p on p.id = r.project_id order by r.views desc, p.id limit 1) as most_read`)

const settings = () => one('select page_size, theme from settings limit 1')

const changeSettings = ({ page_size, theme }) =>
  one('update settings set page_size = $1, theme = $2 returning page_size, theme', page_size, theme)

module.exports = {
  projects,
  addProject,
  moveProject,
  removeProject,
  notesOf,
  addNote,
  readNote,
  changeNote,
  removeNote,
  addTag,
  search,
  everything,
  stats,
  settings,
  changeSettings,
}
