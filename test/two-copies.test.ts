import { createServer } from 'node:http'
import { expect, test, vi } from 'vitest'
import { hooks } from '../src/core/process/patch.js'

/** The same files once more, as a second folder of node_modules would hold them. */
async function anotherCopy<T>(load: () => Promise<T>): Promise<T> {
  vi.resetModules()
  return load()
}

test('two copies of the package share one listener for forgotten promises', async () => {
  const one = await anotherCopy(() => import('../src/express/forgotten.js'))
  const other = await anotherCopy(() => import('../src/express/forgotten.js'))
  expect(other.watchForgotten).not.toBe(one.watchForgotten)
  const before = process.listenerCount('unhandledRejection')
  const forget = [one.watchForgotten(), other.watchForgotten()]
  expect(process.listenerCount('unhandledRejection')).toBe(before + 1)
  forget[0]!()
  const reported: unknown[] = []
  const request = { next: null, res: {} as never, report: (error: unknown) => reported.push(error) }
  other.remembering(request, () => void Promise.reject(new Error('forgotten')))
  await vi.waitFor(() => expect(reported).toEqual([new Error('forgotten')]))
  forget[1]!()
  expect(process.listenerCount('unhandledRejection')).toBe(before)
})

test('two copies of the package patch the servers once, and a switch meets the newest guard alone', async () => {
  const one = await anotherCopy(() => import('../src/express/server-events.js'))
  const other = await anotherCopy(() => import('../src/express/server-events.js'))
  expect(other.guardServers).not.toBe(one.guardServers)
  const met: string[] = []
  const stop = [one.guardServers(() => met.push('one')), other.guardServers(() => met.push('other'))]
  const server = createServer()
  server.emit('upgrade', {}, { on() {}, once() {}, _httpMessage: null }, Buffer.alloc(0))
  expect(met).toEqual(['other'])
  expect(hooks().filter(({ of }) => of === 'http.Server.prototype.emit')).toHaveLength(1)
  for (const end of stop) end()
  expect(hooks()).toEqual([])
})
