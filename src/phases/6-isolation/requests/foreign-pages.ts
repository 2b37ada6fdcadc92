import type { ServerResponse } from 'node:http'
import type { UserId } from '../../../core/context.js'
import type { Kit } from '../../../core/kit.js'
import type { Handler, Incoming } from '../../../express/handler.js'
import { ownedPageRoutes, rowOf } from '../../../express/owned-routes.js'
import { sentPath } from '../../../express/path.js'
import { whoseRows } from '../../5-pages/not-mine/own-rows.js'
import { forbidding } from './forbidden.js'
import { forbiddenPage } from './forbidden-page.js'

/**
 * Refuses the edit page of another user's readable row (`routes.owned`), also when its URL is typed: its form
 * could not be submitted. The database refuses the change itself.
 */
export function foreignPages(kit: Kit): Handler {
  const routes = ownedPageRoutes(kit.config)
  const whose = whoseRows(kit)
  const page = forbiddenPage(kit)

  const refuse = async (req: Incoming, res: ServerResponse, next: () => void, asked: Asked) => {
    const found = await whose(asked.table, asked.person, [asked.key])
    if (found.get(asked.key) === 'others') forbidding(res, () => page(req))()
    else next()
  }
  return function foreignPages(req, res, next) {
    const asks = req.method === 'GET' || req.method === 'HEAD'
    const row = asks ? rowOf(routes, `GET ${sentPath(req.url!)}`) : null
    const person = row && kit.userOf(req)
    if (person) refuse(req, res, next, { ...row, person: person.id }).catch(next)
    else next()
  }
}

interface Asked {
  table: string
  key: string
  person: UserId
}
