import { connect } from 'node:net'
import knex from 'knex'
import { scope } from '../../../src/scope.js'
import * as real from '../../../src/wrap.js'
import { replacing } from '../replace/replacing.js'

export default replacing(import.meta.url, '../../../src/wrap.js', {
  /** PORT is ignored. */
  anyPort: {
    usertwo(app, config) {
      const wrapped = real.usertwo(app, config)
      const { listen } = wrapped
      return Object.assign(wrapped, { listen: (_port?: number, host?: string) => listen(0, host) })
    },
  },
  /** A database that starts later ends the app. */
  impatient: {
    usertwo(app, config) {
      const { hostname, port } = new URL(process.env.DATABASE_URL!)
      const socket = connect(Number(port), hostname)
      socket.on('error', () => process.kill(process.pid, 'SIGKILL'))
      socket.on('connect', () => setTimeout(() => socket.destroy(), 500))
      return real.usertwo(app, config)
    },
  },
  /** The app creates a table at its start. */
  makesATable: {
    usertwo(app, config) {
      scope(knex({ client: 'pg', connection: process.env.DATABASE_URL }))
        .schema.createTable('usertwo_made', (table) => table.increments())
        .catch(console.error)
      return real.usertwo(app, config)
    },
  },
  /** A knex handle is scoped, and the queries go past it. */
  unusedHandle: {
    usertwo(app, config) {
      scope(knex({ client: 'pg', connection: process.env.DATABASE_URL }))
      return real.usertwo(app, config)
    },
  },
} satisfies Record<string, Partial<typeof real>>)
