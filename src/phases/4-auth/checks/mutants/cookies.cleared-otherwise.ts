import { replacing } from '../../../../tools/gate/replace/replacing.js'
import * as real from '../../cookies/cookies.js'

/** The login cookie is cleared with other attributes than it was set with. */
export default replacing(import.meta.url, '../../cookies/cookies.js', {
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
} satisfies Partial<typeof real>)
