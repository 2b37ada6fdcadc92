// The notebook by TypeORM: repositories, the query builder, transactions, and a text where entities end.
import { ILike, MoreThanOrEqual } from 'typeorm'
import { db, Note, Project, Settings, Tag } from './db.js'

const FOREIGN_KEY = '23503'
const [allProjects, allNotes, allTags, allSettings] = [Project, Note, Tag, Settings].map((entity) =>
  db.getRepository(entity),
)

export const projects = async () => {
  const { entities, raw } = await allProjects
    .createQueryBuilder('p')
    .leftJoin('p.notes', 'n')
    .addSelect('count(n.id)::int', 'notes')
    .groupBy('p.id')
    .orderBy('p.position')
    .addOrderBy('p.id')
    .getRawAndEntities()
  return entities.map(({ id, name, position }, at) => ({ id, name, position, notes: raw[at].notes }))
}

export async function addProject(name) {
  const last = await allProjects.maximum('position')
  const { id, position } = await allProjects.save({ name, position: (last ?? 0) + 1 })
  return { id, name, position }
}

export const moveProject = (id, position) =>
  db.transaction(async (manager) => {
    const lock = { mode: 'pessimistic_write' }
    const project = await manager.findOne(Project, { where: { id }, lock })
    if (!project) return null
    await manager.increment(Project, { position: MoreThanOrEqual(position) }, 'position', 1)
    await manager.update(Project, { id }, { position })
    return { id, name: project.name, position }
  })

export const removeProject = async (id) => (await allProjects.delete({ id })).affected

export const notesOf = (projectId) =>
  allNotes.find({ where: { project_id: projectId }, order: { id: 'asc' } })

export const addNote = (note) =>
  allNotes.save(note).then(
    ({ id }) => allNotes.findOneBy({ id }),
    (error) => {
      if (error.code === FOREIGN_KEY) return null
      throw error
    },
  )

export async function readNote(id) {
  await allNotes.increment({ id }, 'views', 1)
  const note = await allNotes.findOne({
    where: { id },
    relations: { tags: true },
    order: { tags: { name: 'asc' } },
  })
  return note && { ...note, tags: named(note) }
}

export async function changeNote(id, { title, body }) {
  const note = await allNotes.findOneBy({ id })
  return note && allNotes.save(Object.assign(note, { title, body }))
}

export const removeNote = async (id) => (await allNotes.delete({ id })).affected

export async function addTag(noteId, name) {
  if (!(await allNotes.existsBy({ id: noteId }))) return null
  await allTags.createQueryBuilder().insert().values({ note_id: noteId, name }).orIgnore().execute()
  const tags = await allTags.find({ where: { note_id: noteId }, order: { name: 'asc' } })
  return { tags: named({ tags }) }
}

export async function search(text) {
  const like = ILike(`%${text}%`)
  const notes = await allNotes.find({
    where: [{ title: like }, { body: like }, { tags: { name: text } }],
    relations: { project: true },
    order: { id: 'asc' },
  })
  return notes.map(({ id, title, project }) => ({ id, title, project: project.name }))
}

export async function everything() {
  const all = await allProjects.find({
    relations: { notes: { tags: true } },
    order: { position: 'asc', id: 'asc', notes: { id: 'asc', tags: { name: 'asc' } } },
  })
  return all.map(({ notes, ...project }) => ({
    ...project,
    notes: notes.map((note) => ({ ...note, tags: named(note) })),
  }))
}

export async function stats() {
  const [row] = await db.query(
    `with read as (select project_id, sum(views)::int as views from notes group by project_id)
     select (select count(*)::int from projects) as projects, (select count(*)::int from notes) as notes,
       (select count(*)::int from tags) as tags, (select max(position) from projects) as last,
       (select p.name from read r join projects p on p.id = r.project_id order by r.views desc, p.id limit 1) as most_read`,
  )
  return row
}

export async function settings() {
  const [{ page_size, theme }] = await allSettings.find({ take: 1 })
  return { page_size, theme }
}

export async function changeSettings(changed) {
  const [one] = await allSettings.find({ take: 1 })
  const { page_size, theme } = await allSettings.save({ ...one, ...changed })
  return { page_size, theme }
}

const named = ({ tags }) => tags.map(({ name }) => name)
