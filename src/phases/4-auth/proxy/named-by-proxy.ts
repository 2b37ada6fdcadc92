import type { IncomingMessage } from 'node:http'
import type { Config } from '../../../config/config.js'
import { batched } from '../../../core/batched.js'
import type { UserId } from '../../../core/context.js'
import type { Kit } from '../../../core/kit.js'
import { isWithoutLogin, rememberPerson } from '../../../core/person-of.js'
import { Problem } from '../../../core/problem.js'
import { prepared } from '../../../database/prepared.js'
import { q, quotedTable } from '../../../database/quoted.js'
import type { Handler } from '../../../express/handler.js'
import { isPublic } from '../../../express/public-route.js'
import { removeHeader } from '../../../express/remove-header.js'
import { nameInHeader } from './header-name.js'
import { personOfApp } from './person-of-app.js'
import { believedFrom, isOnList, peerOf } from './proxy-addresses.js'

/**
 * Resolves the user of a request by the header that a proxy in front of the app sets (`auth.proxy`). Only a connection
 * from a configured address is believed. Without a user the headers of the proxy are removed, so the app cannot believe
 * them either.
 */
export function namedByProxy(kit: Kit, proxy: NonNullable<Config['auth']['proxy']>): Handler {
  const believed = believedFrom(proxy.from)
  const find = userFinder(kit, proxy.is)
  const open = isPublic(kit.config)
  const withhold = (req: IncomingMessage) => {
    for (const name of [proxy.header, ...proxy.more]) removeHeader(req, name)
  }
  return function namedByProxy(req, _res, next) {
    const name =
      !isWithoutLogin(req) && isOnList(believed, peerOf(req)) ? nameInHeader(req, proxy.header) : null
    if (name === null) {
      withhold(req)
      return next()
    }
    return find(name).then(
      (id) => {
        if (id === null) withhold(req)
        else rememberPerson(req, personOfApp(id))
        next()
      },
      (error) => {
        kit.report(error, req)
        withhold(req)
        next(open(req) ? undefined : new Problem('unavailable'))
      },
    )
  }
}

interface FoundUser {
  id: UserId
  name: string
}

/** Finds the key of the one user with a name, compared as it is, capitals too; null: no user or several have it. */
function userFinder(kit: Kit, column: string): (name: string) => Promise<UserId | null> {
  const { id, table } = kit.config.users
  const text = `select ${q(id)} as id, ${q(column)}::text as name from ${quotedTable(table)} where ${q(column)}::text = any($1::text[])`
  const { ask, letGo } = prepared<FoundUser>(kit.db, 'usertwo_by_proxy', () => kit.preparesStatements)
  return batched(async (names) => {
    const rows = await ask(text, [[...new Set(names)]])
    return names.map((name) => {
      const [user, second] = rows.filter((row) => row.name === name)
      return user && !second ? user.id : null
    })
  }, letGo)
}
