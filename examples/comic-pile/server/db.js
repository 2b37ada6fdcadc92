import knex from 'knex'
import { config } from './config.js'

export const db = knex({
  client: 'pg',
  connection: config.databaseUrl,
  pool: { min: 0, max: 10 },
  migrations: { directory: new URL('./migrations', import.meta.url).pathname, loadExtensions: ['.js'] },
})
