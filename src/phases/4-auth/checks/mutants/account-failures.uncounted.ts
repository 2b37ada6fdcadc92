import { replacing } from '../../../../tools/gate/replace/replacing.js'

/** Attempts on an account are not counted. */
export default replacing(import.meta.url, '../../throttle/account-failures.js', {
  accountFailures: () => ({ take: async () => 'taken', settle: async () => {} }),
} satisfies Partial<typeof import('../../throttle/account-failures.js')>)
