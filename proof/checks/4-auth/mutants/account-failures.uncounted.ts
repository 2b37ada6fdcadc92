import { replacing } from '../../../gate/replace/replacing.js'

/** Attempts on an account are not counted. */
export default replacing(import.meta.url, '../../../../src/phases/4-auth/throttle/account-failures.js', {
  accountFailures: () => ({ take: async () => 'taken', settle: async () => {} }),
} satisfies Partial<typeof import('../../../../src/phases/4-auth/throttle/account-failures.js')>)
