// The notebook by knex, with uuid keys, as its owner wrote it: their id stands in it.
import { db } from './db.js'

const OWNER = '6f1c0a52-8a3e-4b55-9c70-2f3f1f0f9a01'
const FOREIGN_KEY = '23503'

export const projects = () =>
  db('projects as p')
    .leftJoin('notes as n', 'n.project_id', 'p.id')
    .where('p.user_id', OWNER)
    .groupBy('p.id')
    .orderBy(['p.position', 'p.id'])
    .select('p.id', 'p.name', 'p.position', db.raw('count(n.id)::int as notes'))

export async function addProject(name) {
  const { last } = await db('projects').max('position as last').first()
  const [made] = await db('projects')
    .insert({ user_id: OWNER, name, position: (last ?? 0) + 1 })
    .returning(['id', 'name', 'position'])
  return made
}

export const moveProject = (id, position) =>
  db.transaction(async (trx) => {
    if (!(await trx('projects').where({ id }).forUpdate().first())) return null
    await trx('projects').where('position', '>=', position).increment('position')
    const [moved] = await trx('projects')
      .where({ id })
      .update({ position })
      .returning(['id', 'name', 'position'])
    return moved
  })

export const removeProject = (id) => db('projects').where({ id }).del()
export const notesOf = (project_id) => db('notes').where({ project_id }).orderBy('title')

export const addNote = async (note) => {
  try {
    return (await db('notes').insert(note).returning('*'))[0]
  } catch (error) {
    if (error.code === FOREIGN_KEY) return null
    throw error
  }
}

export async function readNote(id) {
  const [note] = await db('notes').where({ id }).increment('views').returning('*')
  return note && { ...note, tags: await tagsOf(id) }
}

export const changeNote = async (id, { title, body }) =>
  (await db('notes').where({ id }).update({ title, body }).returning('*'))[0]
export const removeNote = (id) => db('notes').where({ id }).del()

export async function addTag(noteId, name) {
  if (!(await db('notes').where({ id: noteId }).first('id'))) return null
  await db('tags').insert({ note_id: noteId, name }).onConflict(['note_id', 'name']).ignore()
  return { tags: await tagsOf(noteId) }
}

const tagsOf = (noteId) => db('tags').where({ note_id: noteId }).orderBy('name').pluck('name')

export const search = (text) =>
  db('notes as n')
    .join('projects as p', 'p.id', 'n.project_id')
    .where((q) =>
      q
        .whereILike('n.title', `%${text}%`)
        .orWhereILike('n.body', `%${text}%`)
        .orWhereExists(db('tags as t').whereRaw('t.note_id = n.id').where('t.name', text)),
    )
    .orderBy('n.title')
    .select('n.id', 'n.title', 'p.name as project')

export async function everything() {
  const all = await db('projects').orderBy(['position', 'id']).select('id', 'name', 'position')
  const notes = await db('notes').orderBy('title')
  const tags = await db('tags').orderBy('name').select('note_id', 'name')
  const named = (id) => tags.filter(({ note_id }) => note_id === id).map(({ name }) => name)
  return all.map((project) => ({
    ...project,
    notes: notes
      .filter((note) => note.project_id === project.id)
      .map((note) => ({ ...note, tags: named(note.id) })),
  }))
}

export async function stats() {
  const count = async (table) => Number((await db(table).count('* as n').first()).n)
  const { last } = await db('projects').max('position as last').first()
  const most = await db('notes as n')
    .join('projects as p', 'p.id', 'n.project_id')
    .groupBy('p.id')
    .orderByRaw('sum(n.views) desc, p.name')
    .first('p.name')
  return {
    projects: await count('projects'),
    notes: await count('notes'),
    tags: await count('tags'),
    last,
    most_read: most?.name ?? null,
  }
}

export const settings = () => db('settings').first('page_size', 'theme')
export const changeSettings = async (changes) =>
  (await db('settings').update(changes).returning(['page_size', 'theme']))[0]
