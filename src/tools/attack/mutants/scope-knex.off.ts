import { replacing } from '../../gate/replace/replacing.js'

/** The app has no query layer. */
export default replacing(import.meta.url, '../../../phases/6-isolation/query/scope-knex.js', {
  scopeKnex: (db) => db,
} satisfies Partial<typeof import('../../../phases/6-isolation/query/scope-knex.js')>)
