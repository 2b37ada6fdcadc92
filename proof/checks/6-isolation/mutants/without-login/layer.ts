import { ownedIn } from '../../../../../src/config/config.js'
import { isWithoutLogin, rememberPerson, userWithoutLogin } from '../../../../../src/core/person-of.js'
import * as real from '../../../../../src/phases/4-auth/without-login/layer.js'
import { replacing } from '../../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../../src/phases/4-auth/without-login/layer.js', {
  /** A request without a login is logged in as an administrator. */
  administrator: {
    admitWithoutLogin(kit) {
      const admit = real.admitWithoutLogin(kit)
      return (req, res, next) =>
        admit(req, res, (refusal) => {
          if (refusal === undefined && isWithoutLogin(req))
            rememberPerson(req, {
              id: userWithoutLogin(req)!,
              username: null,
              email: null,
              isAdmin: true,
              roles: ['user', 'admin'],
              permissions: [],
              scopes: null,
              sessionId: '',
              jti: '',
            })
          next(refusal)
        })
    },
  },
  /** A row of some owned table goes with every request without a login. */
  removesRow: {
    admitWithoutLogin(kit) {
      const admit = real.admitWithoutLogin(kit)
      const removeOne = async () => {
        for (const [table] of ownedIn(kit.config)) {
          const one = kit.db.raw('delete from ?? where ctid = (select min(ctid) from ??)', [table, table])
          if (
            await one.then(
              ({ rowCount }) => rowCount > 0,
              () => false,
            )
          )
            return
        }
      }
      return (req, res, next) =>
        admit(req, res, (refusal) => {
          if (isWithoutLogin(req)) removeOne().then(() => next(refusal), next)
          else next(refusal)
        })
    },
  },
  /** It keeps its cookies. */
  withCookies: {
    admitWithoutLogin(kit) {
      const admit = real.admitWithoutLogin(kit)
      return (req, res, next) => {
        const { cookie } = req.headers
        return admit(req, res, (refusal) => {
          if (cookie !== undefined) req.headers.cookie = cookie
          next(refusal)
        })
      }
    },
  },
} satisfies Record<string, Partial<typeof real>>)
