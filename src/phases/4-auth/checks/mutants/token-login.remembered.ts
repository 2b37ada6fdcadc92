import { replacing } from '../../../../tools/gate/replace/replacing.js'
import * as real from '../../tokens/token-login.js'

/** Each process remembers whose a token is. */
export default replacing(import.meta.url, '../../tokens/token-login.js', {
  tokenLogin(kit) {
    const find = real.tokenLogin(kit)
    const seen = new Map<string, Awaited<ReturnType<typeof find>>>()
    return async (req, token) => {
      const person = seen.get(token) ?? (await find(req, token))
      seen.set(token, person)
      return person
    }
  },
} satisfies Partial<typeof real>)
