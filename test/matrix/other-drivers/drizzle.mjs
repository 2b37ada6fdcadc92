import { pgTable, serial, text } from 'drizzle-orm/pg-core'
import { drizzle } from 'drizzle-orm/postgres-js'

const table = pgTable('notes', { id: serial().primaryKey(), text: text() })
const db = drizzle({ connection: { url: process.env.DATABASE_URL, max: 2 } })

export const notes = () => db.select().from(table)
