import knex from 'knex'
import { scope } from '../../../src/scope.js'
import * as real from '../../../src/wrap.js'
import { replacing } from '../replace/replacing.js'

/** A knex handle is scoped, and the queries go past it. */
export default replacing(import.meta.url, '../../../src/wrap.js', {
  usertwo(app, config) {
    scope(knex({ client: 'pg', connection: process.env.DATABASE_URL }))
    return real.usertwo(app, config)
  },
} satisfies Partial<typeof real>)
