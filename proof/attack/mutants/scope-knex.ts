import * as real from '../../../src/phases/6-isolation/query/scope-knex.js'
import { replacing } from '../../gate/replace/replacing.js'

/** The gate runs its own queries through its own handle, in a process next to the app. */
const isProbe = /probe-child\.js$/.test(process.argv[1] ?? '')

export default replacing(import.meta.url, '../../../src/phases/6-isolation/query/scope-knex.js', {
  /** The app has no query layer. */
  off: {
    scopeKnex: (db, ...more) => (isProbe ? real.scopeKnex(db, ...more) : db),
  },
} satisfies Record<string, Partial<typeof real>>)
