import * as real from '../../../../../src/phases/4-auth/sessions/cookies/cookies.js'
import { replacing } from '../../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../../src/phases/4-auth/sessions/cookies/cookies.js', {
  /** The login cookie is cleared with other attributes than it was set with. */
  clearedOtherwise: {
    cookies(settings) {
      const made = real.cookies(settings)
      return {
        ...made,
        clear(res) {
          made.clear(res)
          const [, csrf] = [res.getHeader('set-cookie') ?? []].flat().map(String)
          res.removeHeader('Set-Cookie')
          res.setHeader('Set-Cookie', [
            `${made.login}=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT`,
            ...(csrf ? [csrf] : []),
          ])
        },
      }
    },
  },
  /** Scripts can read the login cookie. */
  forScripts: {
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
  },
} satisfies Record<string, Partial<typeof real>>)
