import knex from 'knex'
import { scope } from '../../../src/scope.js'
import * as real from '../../../src/wrap.js'
import { replacing } from '../replace/replacing.js'

/** The app makes a table as it starts. */
export default replacing(import.meta.url, '../../../src/wrap.js', {
  usertwo(app, config) {
    scope(knex({ client: 'pg', connection: process.env.DATABASE_URL }))
      .schema.createTable('usertwo_made', (table) => table.increments())
      .catch(console.error)
    return real.usertwo(app, config)
  },
} satisfies Partial<typeof real>)
