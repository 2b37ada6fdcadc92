import type { Config } from '../../../../src/config/config.js'
import { rememberPerson } from '../../../../src/core/person-of.js'
import type { Incoming } from '../../../../src/express/handler.js'
import type * as identifying from '../../../../src/phases/4-auth/sessions/identify.js'
import { tokenLogin } from '../../../../src/phases/4-auth/sessions/tokens/token-login.js'

/** Whoever sends a token where it is found counts as its person, wherever they ask. */
export const tokenTaken =
  (
    /** what the mutant has imported: it alone gets the unchanged module by that name */
    { identify }: typeof identifying,
    find: (req: Incoming, auth: Config['auth']) => string | undefined,
  ): typeof identifying.identify =>
  (kit) => {
    const made = identify(kit)
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
