import { replacing } from '../../../../tools/gate/replace/replacing.js'
import * as real from '../../failures.js'

/** Attempts on an account are not counted. */
export default replacing(import.meta.url, '../../failures.js', {
  loginFailures: (db, clock) => ({ ...real.loginFailures(db, clock), attempt: async () => {} }),
} satisfies Partial<typeof real>)
