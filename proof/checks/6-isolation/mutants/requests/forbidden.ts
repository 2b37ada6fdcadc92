import * as real from '../../../../../src/phases/6-isolation/requests/forbidden.js'
import { replacing } from '../../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../../src/phases/6-isolation/requests/forbidden.js', {
  /**
   * A refused write of a row that everybody reads is answered by the app, with whatever status the error has.
   */
  unanswered: {
    forbid(who, error) {
      for (const name of ['status', 'statusCode']) Object.defineProperty(error, name, { value: 500 })
      real.forbid(who?.kind === 'user' && who.forbid ? { ...who, forbid() {} } : who, error)
    },
  },
} satisfies Record<string, Partial<typeof real>>)
