import * as real from '../../../../../src/phases/6-isolation/requests/forbidden.js'
import { replacing } from '../../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../../src/phases/6-isolation/requests/forbidden.js', {
  /** The app answers a refused write of a row that all users read, with the status of the error. */
  unanswered: {
    forbid(who, error) {
      for (const name of ['status', 'statusCode']) Object.defineProperty(error, name, { value: 500 })
      real.forbid(who?.kind === 'user' && who.forbid ? { ...who, forbid() {} } : who, error)
    },
  },
} satisfies Record<string, Partial<typeof real>>)
