import { integer, pgTable, serial, text } from 'drizzle-orm/pg-core'

export const users = pgTable('users', { id: serial('id').primaryKey(), email: text('email').notNull() })
export const bookmarks = pgTable('bookmarks', {
  id: serial('id').primaryKey(),
  userId: integer('user_id').notNull().references(() => users.id),
  url: text('url').notNull(),
})
