import { replacing } from '../../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../../src/phases/4-auth/factors/factor-due.js', {
  /** The password is enough for everybody. */
  never: {
    factorDue: async () => null,
  },
} satisfies Record<string, Partial<typeof import('../../../../../src/phases/4-auth/factors/factor-due.js')>>)
