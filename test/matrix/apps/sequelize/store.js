// The notebook by Sequelize: models and associations, managed transactions, and a text where models end.
import { ForeignKeyConstraintError, Op, QueryTypes } from 'sequelize'
import { Note, Project, Settings, sequelize, Tag } from './db.js'

const NOTES = sequelize.literal('(select count(*)::int from notes n where n.project_id = project.id)')
const inOrder = [
  ['position', 'asc'],
  ['id', 'asc'],
]

export async function projects() {
  const all = await Project.findAll({
    attributes: ['id', 'name', 'position', [NOTES, 'notes']],
    order: inOrder,
  })
  return all.map((project) => project.get())
}

export async function addProject(name) {
  const last = await Project.max('position')
  return Project.create({ name, position: (last ?? 0) + 1 })
}

export const moveProject = (id, position) =>
  sequelize.transaction(async (transaction) => {
    const project = await Project.findByPk(id, { transaction, lock: transaction.LOCK.UPDATE })
    if (!project) return null
    await Project.increment('position', { where: { position: { [Op.gte]: position } }, transaction })
    return project.update({ position }, { transaction })
  })

export const removeProject = (id) => Project.destroy({ where: { id } })

export const notesOf = async (projectId) =>
  (await Note.findAll({ where: { project_id: projectId }, order: ['id'] })).map(shown)

export const addNote = (note) =>
  Note.create(note).then(
    async (made) => shown(await made.reload()),
    (error) => {
      if (error instanceof ForeignKeyConstraintError) return null
      throw error
    },
  )

export async function readNote(id) {
  await Note.increment('views', { where: { id } })
  const note = await Note.findByPk(id, { include: Tag, order: [[Tag, 'name', 'asc']] })
  return note && { ...shown(note), tags: named(note) }
}

export async function changeNote(id, { title, body }) {
  const note = await Note.findByPk(id)
  return note && shown(await note.update({ title, body }))
}

export const removeNote = (id) => Note.destroy({ where: { id } })

export async function addTag(noteId, name) {
  const note = await Note.findByPk(noteId)
  if (!note) return null
  await Tag.bulkCreate([{ note_id: noteId, name }], { ignoreDuplicates: true })
  const tags = await note.getTags({ order: ['name'] })
  return { tags: tags.map((tag) => tag.name) }
}

export async function search(text) {
  const like = { [Op.iLike]: `%${text}%` }
  const tagged = sequelize.literal(
    `exists (select from tags t where t.note_id = note.id and t.name = ${sequelize.escape(text)})`,
  )
  const notes = await Note.findAll({
    where: { [Op.or]: [{ title: like }, { body: like }, tagged] },
    include: { model: Project, required: true },
    order: ['id'],
  })
  return notes.map(({ id, title, project }) => ({ id, title, project: project.name }))
}

export async function everything() {
  const all = await Project.findAll({
    include: { model: Note, include: Tag },
    order: [...inOrder, [Note, 'id', 'asc'], [Note, Tag, 'name', 'asc']],
  })
  return all.map(({ id, name, position, notes }) => ({
    id,
    name,
    position,
    notes: notes.map((note) => ({ ...shown(note), tags: named(note) })),
  }))
}

export async function stats() {
  const [row] = await sequelize.query(
    `with read as (select project_id, sum(views)::int as views from notes group by project_id)
     select (select count(*)::int from projects) as projects, (select count(*)::int from notes) as notes,
       (select count(*)::int from tags) as tags, (select max(position) from projects) as last,
       (select p.name from read r join projects p on p.id = r.project_id order by r.views desc, p.id limit 1) as most_read`,
    { type: QueryTypes.SELECT },
  )
  return row
}

export const settings = () => Settings.findOne({ attributes: ['page_size', 'theme'] })

export async function changeSettings(changed) {
  const one = await Settings.findOne()
  const { page_size, theme } = await one.update(changed)
  return { page_size, theme }
}

const shown = ({ id, project_id, title, body, views, created_at }) => ({
  id,
  project_id,
  title,
  body,
  views,
  created_at,
})
const named = ({ tags }) => tags.map(({ name }) => name)
