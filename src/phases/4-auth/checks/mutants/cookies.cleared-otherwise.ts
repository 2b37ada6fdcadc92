import { replacing } from '../../../../tools/gate/replace/replacing.js'
import * as real from '../../cookies.js'

/** The login cookie is cleared with other attributes than it was set with. */
export default replacing(import.meta.url, '../../cookies.js', {
  cookies(settings) {
    const made = real.cookies(settings)
    return {
      ...made,
      clear(res) {
        made.clear(res)
        const [, csrf] = [res.getHeader('set-cookie') ?? []].flat().map(String)
        res.removeHeader('Set-Cookie')
        res.clearCookie(made.login)
        if (csrf) res.append('Set-Cookie', csrf)
      },
    }
  },
} satisfies Partial<typeof real>)
