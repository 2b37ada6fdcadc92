import 'reflect-metadata'
import { DataSource, EntitySchema } from 'typeorm'

const id = { type: Number, primary: true, generated: true }
const below = (target, name, joined) => ({
  type: 'many-to-one',
  target,
  joinColumn: { name },
  inverseSide: joined,
})

export const Project = new EntitySchema({
  name: 'Project',
  tableName: 'projects',
  columns: { id, name: { type: 'text' }, position: { type: 'int' } },
  relations: { notes: { type: 'one-to-many', target: 'Note', inverseSide: 'project' } },
})

export const Note = new EntitySchema({
  name: 'Note',
  tableName: 'notes',
  columns: {
    id,
    project_id: { type: 'int' },
    title: { type: 'text' },
    body: { type: 'text', default: '' },
    views: { type: 'int', default: 0 },
    created_at: { type: 'timestamptz', createDate: true },
  },
  relations: {
    project: below('Project', 'project_id', 'notes'),
    tags: { type: 'one-to-many', target: 'Tag', inverseSide: 'note' },
  },
})

export const Tag = new EntitySchema({
  name: 'Tag',
  tableName: 'tags',
  columns: { id, note_id: { type: 'int' }, name: { type: 'text' } },
  relations: { note: below('Note', 'note_id', 'tags') },
  uniques: [{ columns: ['note_id', 'name'] }],
})

export const Settings = new EntitySchema({
  name: 'Settings',
  tableName: 'settings',
  columns: { id, page_size: { type: 'int' }, theme: { type: 'text' } },
})

export const db = new DataSource({
  type: 'postgres',
  url: process.env.DATABASE_URL,
  entities: [Project, Note, Tag, Settings],
  poolSize: 2,
})
