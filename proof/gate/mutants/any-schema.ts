import floor from './floor.js'
import migrated from './migrated.js'
import missing from './missing.js'

/**
 * A gate weakens databases on purpose, to test one layer without the other, and compares with the app as it
 * was. Both must start with any schema.
 */
export default [migrated.any, missing.any, floor.none]
