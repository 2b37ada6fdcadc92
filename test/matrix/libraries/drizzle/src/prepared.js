// Statements that are prepared once for the process, and run by each request.
import { count, desc, eq, sql } from 'drizzle-orm'
import { db } from './db.js'
import { items, lists } from './schema.js'

/** A list with its items: a relational query. */
export const listById = db.query.lists
  .findFirst({
    where: eq(lists.id, sql.placeholder('id')),
    with: { items: { orderBy: (item, { asc }) => asc(item.id) } },
  })
  .prepare('list_by_id')

/** The lists with the most items. */
export const largest = db
  .select({ id: lists.id, name: lists.name, items: count(items.id) })
  .from(lists)
  .innerJoin(items, eq(items.listId, lists.id))
  .groupBy(lists.id)
  .orderBy(desc(count(items.id)), lists.id)
  .limit(sql.placeholder('most'))
  .prepare('largest')

export const closeItem = db
  .update(items)
  .set({ done: true })
  .where(eq(items.id, sql.placeholder('id')))
  .returning()
  .prepare('close_item')
