import * as real from '../../../../src/phases/4-auth/sessions/cookies/cookies.js'
import { replacing } from '../../../gate/replace/replacing.js'

/** Scripts can read the login cookie. */
export default replacing(import.meta.url, '../../../../src/phases/4-auth/sessions/cookies/cookies.js', {
  cookies(settings) {
    const made = real.cookies(settings)
    return {
      ...made,
      set(res, ...given) {
        made.set(res, ...given)
        const cookies = [res.getHeader('set-cookie') ?? []].flat().map(String)
        res.setHeader(
          'Set-Cookie',
          cookies.map((one) => one.replace('; HttpOnly', '')),
        )
      },
    }
  },
} satisfies Partial<typeof real>)
