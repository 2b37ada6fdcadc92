import { replacing } from '../../../../tools/gate/replace/replacing.js'
import * as real from '../../forbidden.js'

/**
 * A refused write of a row that everybody reads is answered by the app, with whatever status the error has.
 */
export default replacing(import.meta.url, '../../forbidden.js', {
  forbid(who, error) {
    for (const name of ['status', 'statusCode']) Object.defineProperty(error, name, { value: 500 })
    real.forbid(who?.kind === 'user' && who.forbid ? { ...who, forbid() {} } : who, error)
  },
} satisfies Partial<typeof real>)
