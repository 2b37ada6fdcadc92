import * as real from '../../../../../src/phases/4-auth/sessions/tokens/token-login.js'
import { replacing } from '../../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../../src/phases/4-auth/sessions/tokens/token-login.js', {
  /** Each process remembers the user of a token. */
  remembered: {
    tokenLogin(kit) {
      const find = real.tokenLogin(kit)
      const seen = new Map<string, Awaited<ReturnType<typeof find>>>()
      return async (req, token) => {
        const person = seen.get(token) ?? (await find(req, token))
        seen.set(token, person)
        return person
      }
    },
  },
} satisfies Record<string, Partial<typeof real>>)
