import { type IncomingMessage, Server, ServerResponse } from 'node:http'
import { sayListening, sayServing } from '../answer.js'
import { PROBE_HEADER, SIGNATURE_HEADER } from '../orders.js'

/**
 * Signs every answer of this process, because another process can take a free port before the app listens on
 * it. Also answers the probe of a start that is not to reach the app.
 */
export function signAnswers(signature: string): void {
  const emit = Server.prototype.emit
  let serving = false
  const sign = (res: ServerResponse) => {
    if (!serving) sayServing()
    serving = true
    res.setHeader(SIGNATURE_HEADER, signature)
  }
  Server.prototype.emit = function signed(this: Server, event: string | symbol, ...args: unknown[]): boolean {
    const [req, res] = args
    const at = event === 'listening' ? this.address() : null
    if (at !== null && typeof at === 'object') sayListening(at.port)
    if (event === 'request' && res instanceof ServerResponse) {
      sign(res)
      if ((req as IncomingMessage).headers[PROBE_HEADER] === signature) {
        res.writeHead(204).end()
        return true
      }
    }
    return Reflect.apply(emit, this, [event, ...args])
  } as typeof emit
  // usertwo patches `emit` later. If a Socket.IO takes the requests of its server, usertwo answers `/ready` before `signed`.
  const writeHead = ServerResponse.prototype.writeHead
  ServerResponse.prototype.writeHead = function signedHead(this: ServerResponse, ...given: never[]) {
    if (!this.headersSent && !this.hasHeader(SIGNATURE_HEADER)) sign(this)
    return Reflect.apply(writeHead, this, given)
  } as typeof writeHead
}
