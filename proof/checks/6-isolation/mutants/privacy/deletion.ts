import { replacing } from '../../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../../src/phases/4-auth/privacy/deletion.js', {
  /** The day comes, and nothing happens. */
  never: {
    deleteDue: async () => {},
  },
} satisfies Record<string, Partial<typeof import('../../../../../src/phases/4-auth/privacy/deletion.js')>>)
