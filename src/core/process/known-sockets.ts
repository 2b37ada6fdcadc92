import { shared } from './store.js'

// Shared by every copy of this package: one hooks what another has opened.
const { sockets } = shared('known sockets', () => ({ sockets: new WeakSet<object>() }))

/** Notes the socket of a pg client that is hooked, or is usertwo's own: it may speak to PostgreSQL. */
export function letConnect(client: object): void {
  const { connection } = client as { connection?: { stream?: object } }
  if (connection?.stream) sockets.add(connection.stream)
}

/** Whether a socket was noted. */
export const mayConnect = (socket: object): boolean => sockets.has(socket)
