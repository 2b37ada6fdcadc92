import { replacing } from '../replace/replacing.js'

export default replacing(import.meta.url, '../../../src/phases/3-schema/migrated.js', {
  /** usertwo's tables may be missing. */
  any: {
    assertTables: async () => {},
  },
} satisfies Record<string, Partial<typeof import('../../../src/phases/3-schema/migrated.js')>>)
