import { Server as HttpServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { Server as HttpsServer } from 'node:https'
import { sentPath } from '../../../src/express/path.js'
import { requestKind } from '../traffic/kind.js'

/**
 * Answers 404 for the app on the given routes, so that tests which need one of them fail.
 *
 * @param routes with ids named `:id`: `POST /api/auth/login`, `GET /old/:id`
 */
export function withhold(routes: readonly string[]): void {
  for (const { prototype } of [HttpServer, HttpsServer]) {
    const { emit } = prototype
    prototype.emit = function (this: HttpServer, event: string, ...told: unknown[]) {
      const [request, response] = told as [IncomingMessage, ServerResponse]
      const asked = event === 'request' ? requestKind(request.method!, sentPath(request.url!)) : null
      if (!asked || !routes.includes(asked)) return Reflect.apply(emit, this, [event, ...told])
      request.resume()
      response.statusCode = 404
      return response.end('Not Found') !== undefined
    } as typeof emit
  }
}
