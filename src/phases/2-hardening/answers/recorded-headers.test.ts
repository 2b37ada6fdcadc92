import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { expect, test, vi } from 'vitest'
import { settingHeaders } from './recorded-headers.js'

const HEADERS = [
  ['X-Frame-Options', 'SAMEORIGIN'],
  ['Referrer-Policy', 'same-origin'],
] as const

const answer = () => new ServerResponse(new IncomingMessage(new Socket()))
const namesOf = (res: ServerResponse) =>
  (res as ServerResponse & { getRawHeaderNames(): string[] }).getRawHeaderNames()

test('headers set together equal those set one by one, also when they replace others', () => {
  const set = settingHeaders(HEADERS)
  for (const before of [[], [['x-frame-options', 'DENY']], [['X-Request-Id', '1']]] as [string, string][][]) {
    const [together, oneByOne] = [answer(), answer()]
    for (const res of [together, oneByOne]) for (const [name, value] of before) res.setHeader(name, value)
    set(together)
    for (const [name, value] of HEADERS) oneByOne.setHeader(name, value)
    expect(together.getHeaders()).toEqual(oneByOne.getHeaders())
    expect(namesOf(together)).toEqual(namesOf(oneByOne))
    expect(together.getHeader('referrer-policy')).toBe('same-origin')
  }
})

test('a value added to a header of one answer is not on the next', () => {
  const set = settingHeaders(HEADERS)
  const [first, next] = [answer(), answer()]
  for (const res of [first, next]) res.setHeader('X-Request-Id', '1')
  set(first)
  first.appendHeader('Referrer-Policy', 'no-referrer')
  set(next)
  expect(next.getHeader('Referrer-Policy')).toBe('same-origin')
})

test('a header after the head was sent is refused, as by setHeader', () => {
  const res = answer()
  res.setHeader('X-Request-Id', '1')
  res.writeHead(200)
  expect(() => settingHeaders(HEADERS)(res)).toThrow(/after they are sent/)
})

test('an answer with its own setHeader is set by that one', () => {
  const res = answer()
  res.setHeader('X-Request-Id', '1')
  const seen: string[] = []
  res.setHeader = (name) => {
    seen.push(name)
    return res
  }
  settingHeaders(HEADERS)(res)
  expect(seen).toEqual(['X-Frame-Options', 'Referrer-Policy'])
})

test('Node does not validate them again, with or without a header set before', () => {
  const set = settingHeaders(HEADERS)
  const [some, none] = [answer(), answer()]
  some.setHeader('X-Request-Id', '1')
  const asked = vi.spyOn(ServerResponse.prototype, 'setHeader')
  try {
    set(some)
    expect(asked).not.toHaveBeenCalled()
    set(none)
    expect(asked).not.toHaveBeenCalled()
    expect(none.getHeaderNames()).toEqual(HEADERS.map(([name]) => name.toLowerCase()))
  } finally {
    asked.mockRestore()
  }
})
