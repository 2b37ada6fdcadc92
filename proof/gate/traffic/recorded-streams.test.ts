import { expect, test } from 'vitest'
import type { Exchange } from './exchange.js'
import { recordedStreams } from './recorded-streams.js'

const exchange = (method: string, path: string, contentType: string) =>
  ({ method, path, response: { contentType } }) as Exchange

test('a path that was recorded as a stream of events is one with other ids and another query, too', () => {
  const isStream = recordedStreams([
    exchange('GET', '/lists/3/events?since=1', 'text/event-stream; charset=utf-8'),
    exchange('GET', '/lists/3', 'application/json'),
  ])
  expect(isStream('GET', '/lists/77/events')).toBe(true)
  expect(isStream('GET', '/lists/0b8f4c1e-6a51-4b7e-9c3a-0f1d2e3c4b5a/events?since=9')).toBe(true)
  expect(isStream('POST', '/lists/3/events')).toBe(false)
  expect(isStream('GET', '/lists/3')).toBe(false)
  expect(isStream('GET', '/lists/one/events')).toBe(false)
})
