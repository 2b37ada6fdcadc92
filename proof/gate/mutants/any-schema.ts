import floor from './floor.js'
import migrated from './migrated.js'
import missing from './missing.js'

/**
 * A gate weakens databases on purpose, to see one layer stand without the other, and compares with the app as
 * it was: both must start, whatever the schema.
 */
export default [migrated.any, missing.any, floor.none]
