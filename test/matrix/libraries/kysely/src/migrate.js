// Makes the tables by the migrator of Kysely.
import { Migrator, sql } from 'kysely'
import { db } from './db.js'

const migrations = {
  '2026-01-01-lists': {
    async up(db) {
      await db.schema
        .createTable('lists')
        .addColumn('id', 'serial', (column) => column.primaryKey())
        .addColumn('name', 'text', (column) => column.notNull())
        .addColumn('created_at', 'timestamptz', (column) => column.notNull().defaultTo(sql`now()`))
        .execute()
      await db.schema
        .createTable('items')
        .addColumn('id', 'serial', (column) => column.primaryKey())
        .addColumn('list_id', 'integer', (column) =>
          column.notNull().references('lists.id').onDelete('cascade'),
        )
        .addColumn('title', 'text', (column) => column.notNull())
        .addColumn('done', 'boolean', (column) => column.notNull().defaultTo(false))
        .execute()
    },
    async down(db) {
      await db.schema.dropTable('items').execute()
      await db.schema.dropTable('lists').execute()
    },
  },
  '2026-02-01-tags': {
    async up(db) {
      await db.schema
        .createTable('tags')
        .addColumn('id', 'serial', (column) => column.primaryKey())
        .addColumn('label', 'text', (column) => column.notNull().unique())
        .execute()
      await db.schema
        .createTable('item_tags')
        .addColumn('item_id', 'integer', (column) =>
          column.notNull().references('items.id').onDelete('cascade'),
        )
        .addColumn('tag_id', 'integer', (column) =>
          column.notNull().references('tags.id').onDelete('cascade'),
        )
        .addPrimaryKeyConstraint('item_tags_pkey', ['item_id', 'tag_id'])
        .execute()
    },
    async down(db) {
      await db.schema.dropTable('item_tags').execute()
      await db.schema.dropTable('tags').execute()
    },
  },
  '2026-03-01-settings': {
    async up(db) {
      await db.schema
        .createTable('settings')
        .addColumn('key', 'text', (column) => column.primaryKey())
        .addColumn('value', 'text', (column) => column.notNull())
        .execute()
      await db.insertInto('settings').values({ key: 'theme', value: 'dark' }).execute()
    },
    async down(db) {
      await db.schema.dropTable('settings').execute()
    },
  },
}

const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } })
const { error, results = [] } = await migrator.migrateToLatest()
for (const { migrationName, status } of results) console.log(`${migrationName}: ${status}`)
if (error) console.error(error)
await db.destroy()
process.exitCode = error ? 1 : 0
