import { replacing } from '../../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../../src/phases/4-auth/attempts/account-failures.js', {
  /** Attempts on an account are not counted. */
  uncounted: {
    accountFailures: () => ({ take: async () => 'taken', settle: async () => {} }),
  },
} satisfies Record<
  string,
  Partial<typeof import('../../../../../src/phases/4-auth/attempts/account-failures.js')>
>)
