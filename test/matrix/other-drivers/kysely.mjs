import { Kysely } from 'kysely'
import { PostgresJSDialect } from 'kysely-postgres-js'
import postgres from 'postgres'

const db = new Kysely({
  dialect: new PostgresJSDialect({ postgres: postgres(process.env.DATABASE_URL, { max: 2 }) }),
})

export const notes = () => db.selectFrom('notes').selectAll().execute()
