import { type IncomingMessage, Server, type ServerResponse } from 'node:http'
import * as real from '../../../../../src/express/server-events.js'
import { replacing } from '../../../../gate/replace/replacing.js'

const SWITCHING = 'HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n'

export default replacing(import.meta.url, '../../../../../src/express/server-events.js', {
  /** Sockets are accepted before authentication. */
  socketsFirst: {
    guardServers(listener) {
      const stop = real.guardServers(listener)
      const { emit } = Server.prototype
      Server.prototype.emit = function taking(this: Server, event: string | symbol, ...args: unknown[]) {
        const [req, res] = args as [IncomingMessage, ServerResponse]
        if (event !== 'request' || !req.headers.upgrade) return Reflect.apply(emit, this, [event, ...args])
        res.socket!.end(SWITCHING)
        return true
      } as typeof emit
      return stop
    },
  },
} satisfies Record<string, Partial<typeof real>>)
