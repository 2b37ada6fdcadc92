// Makes the tables by the SQL files that drizzle-kit has written.
import { migrate } from 'drizzle-orm/node-postgres/migrator'
import { db } from './db.js'

await migrate(db, { migrationsFolder: './drizzle' })
await db.$client.end()
