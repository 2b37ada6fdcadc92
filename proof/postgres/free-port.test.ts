import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { withClient } from '../../src/database/with-client.js'
import { startEmbedded } from './embedded.js'
import { freePort } from './free-port.js'

vi.mock(import('./free-port.js'), async (original) => {
  const { freePort } = await original()
  return { freePort: vi.fn(freePort) }
})
const taken = createServer()
afterEach(() => void taken.close())

test('a free port is below those that the system gives to connections, and is given once', async () => {
  const ports = await Promise.all(Array.from({ length: 40 }, () => freePort()))
  for (const port of ports) expect(port).toBeLessThan(32_768)
  expect(new Set(ports).size).toBe(40)
})

test.each([false, true])(
  'PostgreSQL takes another port where the free one was taken meanwhile, persistent: %s',
  async (persistent) => {
    taken.listen(0, '127.0.0.1')
    await once(taken, 'listening')
    const { port } = taken.address() as AddressInfo
    vi.mocked(freePort).mockResolvedValueOnce(port)
    const dataDir = join(await mkdtemp(join(tmpdir(), 'usertwo-port-')), 'data')
    const server = await startEmbedded({ dataDir, persistent })
    expect(server.port).not.toBe(port)
    const [row] = await withClient(
      server.url,
      'test',
      async (client) => (await client.query('select 1 as one')).rows as unknown[],
    )
    expect(row).toEqual({ one: 1 })
    await server.stop()
    expect(existsSync(dataDir)).toBe(persistent)
  },
)
