import floorNone from './floor.none.js'
import migratedAny from './migrated.any.js'
import missingAny from './missing.any.js'

/**
 * A gate weakens databases on purpose, to see one layer stand without the other, and compares with the app as
 * it was: both must start, whatever the schema.
 */
export default [migratedAny, missingAny, floorNone]
