import { once } from 'node:events'
import { createServer } from 'node:net'
import { ConfigError } from '../../src/core/config-error.js'

/**
 * Checks before any work whether the port is free on 127.0.0.1.
 * @returns the port; for 0 a free one
 * @throws ConfigError when the port is in use or cannot be opened
 */
export async function checkPort(port: number): Promise<number> {
  const server = createServer()
  try {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    throw new ConfigError('The server cannot start', [
      code === 'EADDRINUSE'
        ? `port ${port} is in use by another process; stop that one, or choose another: PORT=${port + 1} npm start`
        : `port ${port} cannot be opened (${code ?? message}); choose another: PORT=3000 npm start`,
    ])
  }
  const { port: given } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return given
}
