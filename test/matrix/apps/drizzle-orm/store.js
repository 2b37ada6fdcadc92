// The notebook by Drizzle over a Pool: the query builder, relational queries, sql`` where both end.
import { asc, count, eq, exists, gte, ilike, max, or, sql } from 'drizzle-orm'
import * as tables from './db.js'

const { db, notes, tags } = tables
const FOREIGN_KEY = '23503'
const first = ([row]) => row ?? null

export const projects = () =>
  db
    .select({
      id: tables.projects.id,
      name: tables.projects.name,
      position: tables.projects.position,
      notes: count(notes.id),
    })
    .from(tables.projects)
    .leftJoin(notes, eq(notes.project_id, tables.projects.id))
    .groupBy(tables.projects.id)
    .orderBy(tables.projects.position, tables.projects.id)

export async function addProject(name) {
  const [{ last }] = await db.select({ last: max(tables.projects.position) }).from(tables.projects)
  return first(
    await db
      .insert(tables.projects)
      .values({ name, position: (last ?? 0) + 1 })
      .returning(),
  )
}

export const moveProject = (id, position) =>
  db.transaction(async (tx) => {
    const found = await tx.select().from(tables.projects).where(eq(tables.projects.id, id)).for('update')
    if (!found.length) return null
    await tx
      .update(tables.projects)
      .set({ position: sql`${tables.projects.position} + 1` })
      .where(gte(tables.projects.position, position))
    return first(
      await tx.update(tables.projects).set({ position }).where(eq(tables.projects.id, id)).returning(),
    )
  })

export const removeProject = async (id) =>
  (await db.delete(tables.projects).where(eq(tables.projects.id, id))).rowCount

export const notesOf = (projectId) =>
  db.select().from(notes).where(eq(notes.project_id, projectId)).orderBy(notes.id)

export const addNote = (note) =>
  db
    .insert(notes)
    .values(note)
    .returning()
    .then(first, (error) => {
      if (error.cause?.code === FOREIGN_KEY) return null
      throw error
    })

export async function readNote(id) {
  await db
    .update(notes)
    .set({ views: sql`${notes.views} + 1` })
    .where(eq(notes.id, id))
  const note = await db.query.notes.findFirst({
    where: eq(notes.id, id),
    with: { tags: { orderBy: asc(tags.name) } },
  })
  return note && { ...note, tags: named(note) }
}

export const changeNote = async (id, { title, body }) =>
  first(await db.update(notes).set({ title, body }).where(eq(notes.id, id)).returning())

export const removeNote = async (id) => (await db.delete(notes).where(eq(notes.id, id))).rowCount

export async function addTag(noteId, name) {
  const note = await db.query.notes.findFirst({ where: eq(notes.id, noteId), columns: { id: true } })
  if (!note) return null
  await db.insert(tags).values({ note_id: noteId, name }).onConflictDoNothing()
  const all = await db.select().from(tags).where(eq(tags.note_id, noteId)).orderBy(tags.name)
  return { tags: named({ tags: all }) }
}

export const search = (text) =>
  db
    .select({ id: notes.id, title: notes.title, project: tables.projects.name })
    .from(notes)
    .innerJoin(tables.projects, eq(tables.projects.id, notes.project_id))
    .where(
      or(
        ilike(notes.title, `%${text}%`),
        ilike(notes.body, `%${text}%`),
        exists(
          db
            .select({ n: sql`1` })
            .from(tags)
            .where(sql`${tags.note_id} = ${notes.id} and ${tags.name} = ${text}`),
        ),
      ),
    )
    .orderBy(notes.id)

export async function everything() {
  const all = await db.query.projects.findMany({
    with: { notes: { with: { tags: { orderBy: asc(tags.name) } }, orderBy: asc(notes.id) } },
    orderBy: [asc(tables.projects.position), asc(tables.projects.id)],
  })
  return all.map((project) => ({
    ...project,
    notes: project.notes.map((note) => ({ ...note, tags: named(note) })),
  }))
}

export const stats = async () =>
  first(
    (
      await db.execute(sql`with read as (select project_id, sum(views)::int as views from notes group by project_id)
        select (select count(*)::int from projects) as projects, (select count(*)::int from notes) as notes,
          (select count(*)::int from tags) as tags, (select max(position) from projects) as last,
          (select p.name from read r join projects p on p.id = r.project_id order by r.views desc, p.id limit 1) as most_read`)
    ).rows,
  )

export const settings = async () =>
  first(
    await db
      .select({ page_size: tables.settings.page_size, theme: tables.settings.theme })
      .from(tables.settings)
      .limit(1),
  )

export const changeSettings = async (changed) =>
  first(
    await db
      .update(tables.settings)
      .set(changed)
      .returning({ page_size: tables.settings.page_size, theme: tables.settings.theme }),
  )

const named = ({ tags }) => tags.map(({ name }) => name)
