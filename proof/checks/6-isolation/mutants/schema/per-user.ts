import { replacing } from '../../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../../src/phases/6-isolation/schema/keys/per-user.js', {
  /** A new user begins without a row. */
  noRows: {
    giveFirstRows: async () => [],
  },
} satisfies Record<
  string,
  Partial<typeof import('../../../../../src/phases/6-isolation/schema/keys/per-user.js')>
>)
