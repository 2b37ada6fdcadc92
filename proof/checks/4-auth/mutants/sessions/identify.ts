import type { Config } from '../../../../../src/config/config.js'
import { rememberPerson } from '../../../../../src/core/person-of.js'
import type { Incoming } from '../../../../../src/express/handler.js'
import { isUnder } from '../../../../../src/phases/4-auth/mount.js'
import * as real from '../../../../../src/phases/4-auth/sessions/identify.js'
import { tokenLogin } from '../../../../../src/phases/4-auth/sessions/tokens/token-login.js'
import { replacing } from '../../../../gate/replace/replacing.js'

/** Accepts a token in the place that `find` reads, on every route, as a login of the token's user. */
const tokenTaken =
  (find: (req: Incoming, auth: Config['auth']) => string | undefined): typeof real.identify =>
  (kit) => {
    const made = real.identify(kit)
    const ask = tokenLogin(kit)
    return (req, res, next) => {
      const token = find(req, kit.config.auth)?.match(/ut_[\w-]{43}/)?.[0]
      if (!token) return made(req, res, next)
      return ask(req, token).then((person) => {
        if (!person) return made(req, res, next)
        rememberPerson(req, person)
        next()
      }, next)
    }
  }

export default replacing(import.meta.url, '../../../../../src/phases/4-auth/sessions/identify.js', {
  /** Accepts a token in a cookie. */
  tokenByCookie: {
    identify: tokenTaken((req) => req.headers.cookie),
  },
  /** Accepts a token at the auth API. */
  tokenForAuth: {
    identify: tokenTaken((req, { header, mount }) => {
      const sent = req.headers[header]
      return isUnder(req, mount) && typeof sent === 'string' ? sent : undefined
    }),
  },
} satisfies Record<string, Partial<typeof real>>)
