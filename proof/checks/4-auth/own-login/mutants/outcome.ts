import * as real from '../../../../../src/phases/4-auth/own-login/outcome.js'
import { replacing } from '../../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../../src/phases/4-auth/own-login/outcome.js', {
  /** Takes every login for one with a wrong password. */
  alwaysWrong: {
    watchLogin(config) {
      const watch = real.watchLogin(config)
      return (req, res, told) =>
        watch(req, res, { now: () => told.now('wrong'), later: () => told.later('wrong') })
    },
  },
} satisfies Record<string, Partial<typeof real>>)
