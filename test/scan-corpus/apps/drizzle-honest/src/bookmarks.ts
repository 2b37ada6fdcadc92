import { and, desc, eq } from 'drizzle-orm'
import { db } from './db.js'
import { bookmarks } from './schema.js'

const mine = (userId: number, id?: number) =>
  id === undefined ? eq(bookmarks.userId, userId) : and(eq(bookmarks.id, id), eq(bookmarks.userId, userId))

export const list = (userId: number) => db.select().from(bookmarks).where(mine(userId)).orderBy(desc(bookmarks.id))
export const one = (userId: number, id: number) =>
  db.query.bookmarks.findFirst({ where: and(eq(bookmarks.id, id), eq(bookmarks.userId, userId)) })
export const add = (userId: number, url: string) => db.insert(bookmarks).values({ userId, url }).returning()
export const change = (userId: number, id: number, url: string) =>
  db.update(bookmarks).set({ url }).where(and(eq(bookmarks.id, id), eq(bookmarks.userId, userId)))
export const remove = (userId: number, id: number) => db.delete(bookmarks).where(mine(userId, id))
