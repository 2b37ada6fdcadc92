import type { Request, RequestHandler, Response, Router } from 'express'
import { ENDPOINTS, type EndpointName } from '../../../contract/endpoints.js'
import type { Kit } from '../../../core/kit.js'
import { packages } from '../../../core/packages.js'
import type { Routes } from '../../../express/own-app.js'
import { answerErrors, jsonBody, noStore, nothingHere } from '../answer.js'
import { loginParts } from '../attempts/login-parts.js'
import { exists, isClosed } from '../conditions.js'
import { refreshCookie } from '../sessions/cookies/refresh-cookie.js'
import type { EndpointAction } from './action.js'
import { ACTIONS, HANDLERS } from './actions.js'

const SESSIONS = '/sessions'

/** The auth API: a route for each endpoint that exists under the app's configuration. */
export function apiRoutes(kit: Kit): Routes {
  return (api) => {
    api.use(refreshCookie(kit).take)
    // A nested router, so that it answers `/sessions/` as well.
    const sessions = packages.express.Router({ caseSensitive: true, strict: true })
    for (const name of Object.keys(ENDPOINTS) as EndpointName[]) {
      const { path } = ENDPOINTS[name]
      if (path.startsWith(SESSIONS)) addRoute(kit, sessions, name, path.slice(SESSIONS.length) || '/')
      else addRoute(kit, api, name, path)
    }
    api.use(SESSIONS, sessions)
    api.use(answerErrors(kit))
  }
}

function addRoute(kit: Kit, router: Router, name: EndpointName, path: string): void {
  const endpoint = ENDPOINTS[name]
  if (isClosed(kit, endpoint)) router.all(path, noStore, nothingHere)
  else if (exists(kit, endpoint))
    router[endpoint.method.toLowerCase() as 'get' | 'post' | 'delete'](path, ...handlersOf(kit, name))
}

function handlersOf(kit: Kit, name: EndpointName): RequestHandler[] {
  const { limit, isCacheable } = ENDPOINTS[name]
  const first = [...(isCacheable ? [] : [noStore]), ...(limit ? [loginParts(kit).limits[limit]] : [])]
  if (isHandler(name)) return [...first, HANDLERS[name](kit)]
  const action: EndpointAction = ACTIONS[name]
  return [...first, ...(action.body ? [jsonBody] : []), answering(kit, action)]
}

const isHandler = (name: EndpointName): name is keyof typeof HANDLERS => name in HANDLERS

function answering(kit: Kit, { before, make, answer }: EndpointAction) {
  const act = make(kit)
  const refuse = before?.(kit)
  return async (req: Request, res: Response) => {
    await refuse?.(req)
    const done = await act(req, res, 'api')
    if (answer) answer(res, done)
    else res.status(204).end()
  }
}
