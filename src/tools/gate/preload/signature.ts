import { Server, ServerResponse } from 'node:http'
import { sayListening, sayServing } from './answer.js'
import { SIGNATURE_HEADER } from './orders.js'

/**
 * Signs every answer of this process: a free port can be taken by somebody else before the app listens on it.
 */
export function signAnswers(signature: string): void {
  const emit = Server.prototype.emit
  let serving = false
  Server.prototype.emit = function signed(this: Server, event: string | symbol, ...args: unknown[]): boolean {
    const [, res] = args
    const at = event === 'listening' ? this.address() : null
    if (at !== null && typeof at === 'object') sayListening(at.port)
    if (event === 'request' && res instanceof ServerResponse) {
      if (!serving) sayServing()
      serving = true
      res.setHeader(SIGNATURE_HEADER, signature)
    }
    return Reflect.apply(emit, this, [event, ...args])
  } as typeof emit
}
