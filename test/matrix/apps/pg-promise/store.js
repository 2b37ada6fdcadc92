// The notebook by pg-promise: texts it fills in itself, tasks and transactions.
import { db } from './db.js'

const FOREIGN_KEY = '23503'

export const projects = () =>
  db.any(`select p.id, p.name, p.position, count(n.id)::int as notes
    from projects p left join notes n on n.project_id = p.id
    group by p.id order by p.position, p.id`)

export const addProject = (name) =>
  db.one(
    `insert into projects (name, position)
     values ($/name/, (select coalesce(max(position), 0) + 1 from projects)) returning id, name, position`,
    { name },
  )

export const moveProject = (id, position) =>
  db.tx(async (tx) => {
    const found = await tx.oneOrNone('select id from projects where id = $1 for update', id)
    if (!found) return null
    await tx.none('update projects set position = position + 1 where position >= $1', position)
    return tx.one('update projects set position = $2 where id = $1 returning id, name, position', [
      id,
      position,
    ])
  })

export const removeProject = (id) =>
  db.result('delete from projects where id = $1', id, ({ rowCount }) => rowCount)

export const notesOf = (projectId) =>
  db.any('select * from notes where project_id = $1 order by id', projectId)

export const addNote = (note) =>
  db.one('insert into notes ($<this:name>) values ($<this:csv>) returning *', note).catch((error) => {
    if (error.code === FOREIGN_KEY) return null
    throw error
  })

export const readNote = (id) =>
  db.task(async (task) => {
    const note = await task.oneOrNone('update notes set views = views + 1 where id = $1 returning *', id)
    return note && { ...note, tags: await tagsOf(task, id) }
  })

export const changeNote = (id, { title, body }) =>
  db.oneOrNone('update notes set title = $/title/, body = $/body/ where id = $/id/ returning *', {
    id,
    title,
    body,
  })

export const removeNote = (id) => db.result('delete from notes where id = $1', id, ({ rowCount }) => rowCount)

export const addTag = (noteId, name) =>
  db.tx(async (tx) => {
    if (!(await tx.oneOrNone('select id from notes where id = $1', noteId))) return null
    await tx.none('insert into tags (note_id, name) values ($1, $2) on conflict (note_id, name) do nothing', [
      noteId,
      name,
    ])
    return { tags: await tagsOf(tx, noteId) }
  })

const tagsOf = (task, noteId) =>
  task.map('select name from tags where note_id = $1 order by name', noteId, ({ name }) => name)

export const search = (text) =>
  db.any(
    `select n.id, n.title, p.name as project from notes n join projects p on p.id = n.project_id
     where n.title ilike '%' || $/text/ || '%' or n.body ilike '%' || $/text/ || '%'
       or exists (select from tags t where t.note_id = n.id and t.name = $/text/)
     order by n.id`,
    { text },
  )

export const everything = () =>
  db.task(async (task) => {
    const [all, notes, tags] =
      await task.multi(`select id, name, position from projects order by position, id;
      select * from notes order by id;
      select note_id, name from tags order by note_id, name`)
    const named = (id) => tags.filter(({ note_id }) => note_id === id).map(({ name }) => name)
    return all.map((project) => ({
      ...project,
      notes: notes
        .filter((note) => note.project_id === project.id)
        .map((note) => ({ ...note, tags: named(note.id) })),
    }))
  })

export const stats = () =>
  db.one(`with read as (select project_id, sum(views)::int as views from notes group by project_id)
    select (select count(*)::int from projects) as projects, (select count(*)::int from notes) as notes,
      (select count(*)::int from tags) as tags, (select max(position) from projects) as last,
      (select p.name from read r join projects p on p.id = r.project_id order by r.views desc, p.id limit 1) as most_read`)

export const settings = () => db.one('select page_size, theme from settings')

export const changeSettings = (changed) =>
  db.one('update settings set page_size = $/page_size/, theme = $/theme/ returning page_size, theme', changed)
