import { relations } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/node-postgres'
import { integer, pgTable, serial, text, timestamp, unique } from 'drizzle-orm/pg-core'
import pg from 'pg'

const id = () => serial('id').primaryKey()

export const projects = pgTable('projects', {
  id: id(),
  name: text('name').notNull(),
  position: integer('position').notNull(),
})
export const notes = pgTable('notes', {
  id: id(),
  project_id: integer('project_id').notNull(),
  title: text('title').notNull(),
  body: text('body').notNull().default(''),
  views: integer('views').notNull().default(0),
  created_at: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
})
export const tags = pgTable(
  'tags',
  { id: id(), note_id: integer('note_id').notNull(), name: text('name').notNull() },
  (table) => [unique().on(table.note_id, table.name)],
)
export const settings = pgTable('settings', {
  id: id(),
  page_size: integer('page_size').notNull(),
  theme: text('theme').notNull(),
})

const ofProjects = relations(projects, ({ many }) => ({ notes: many(notes) }))
const ofNotes = relations(notes, ({ one, many }) => ({
  project: one(projects, { fields: [notes.project_id], references: [projects.id] }),
  tags: many(tags),
}))
const ofTags = relations(tags, ({ one }) => ({
  note: one(notes, { fields: [tags.note_id], references: [notes.id] }),
}))

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 2 })
const schema = { projects, notes, tags, settings, ofProjects, ofNotes, ofTags }

export const db = drizzle(pool, { schema })
