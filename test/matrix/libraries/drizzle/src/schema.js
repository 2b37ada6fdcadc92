import { relations } from 'drizzle-orm'
import { boolean, integer, pgTable, primaryKey, serial, text, timestamp } from 'drizzle-orm/pg-core'

export const lists = pgTable('lists', {
  id: serial().primaryKey(),
  name: text().notNull(),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
})

export const items = pgTable('items', {
  id: serial().primaryKey(),
  listId: integer('list_id')
    .notNull()
    .references(() => lists.id, { onDelete: 'cascade' }),
  title: text().notNull(),
  done: boolean().notNull().default(false),
})

export const tags = pgTable('tags', {
  id: serial().primaryKey(),
  label: text().notNull().unique(),
})

export const itemTags = pgTable(
  'item_tags',
  {
    itemId: integer('item_id')
      .notNull()
      .references(() => items.id, { onDelete: 'cascade' }),
    tagId: integer('tag_id')
      .notNull()
      .references(() => tags.id, { onDelete: 'cascade' }),
  },
  (table) => [primaryKey({ columns: [table.itemId, table.tagId] })],
)

export const settings = pgTable('settings', {
  key: text().primaryKey(),
  value: text().notNull(),
})

export const ofLists = relations(lists, ({ many }) => ({ items: many(items) }))
export const ofItems = relations(items, ({ one, many }) => ({
  list: one(lists, { fields: [items.listId], references: [lists.id] }),
  itemTags: many(itemTags),
}))
export const ofTags = relations(tags, ({ many }) => ({ itemTags: many(itemTags) }))
export const ofItemTags = relations(itemTags, ({ one }) => ({
  item: one(items, { fields: [itemTags.itemId], references: [items.id] }),
  tag: one(tags, { fields: [itemTags.tagId], references: [tags.id] }),
}))
