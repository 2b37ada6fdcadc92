import { replacing } from '../replace/replacing.js'

/**
 * A gate weakens databases on purpose, to see one layer stand without the other, and compares with the app as it was:
 * both must start, whatever the schema.
 */
export default replacing(import.meta.url, '../../../phases/8-rollout/migrated.js', {
  assertMigrated: async () => {},
  assertAboveFloor: async () => {},
} satisfies Partial<typeof import('../../../phases/8-rollout/migrated.js')>)
