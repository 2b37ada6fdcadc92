import { describe, expect, it } from 'vitest'
import { isLoopback, namesIt, namesPlace, networkPlace } from './places.js'

const at = (host: string, port: number) => ({ host, port })

describe('the destination of a socket', () => {
  it.each([
    [[5432, 'DB.Example.com.'], at('db.example.com', 5432)],
    [['5432'], at('localhost', 5432)],
    [[{ port: '80', host: '[::1]' }, () => {}], at('::1', 80)],
    [[{ port: 80, path: '/run/a.sock' }], { path: '/run/a.sock' }],
    [['/run/a.sock'], { path: '/run/a.sock' }],
    // As `net.connect` passes it on.
    [[[{ port: 80, host: 'a' }, null]], at('a', 80)],
    [[{ host: 'a' }], null],
    [[], null],
  ])('is read from %j', (args, place) => {
    expect(networkPlace(args)).toEqual(place)
  })

  it('is this machine under each of its names', () => {
    for (const host of [
      'localhost',
      'app.localhost',
      '127.0.0.1',
      '127.9.9.9',
      '::1',
      '::ffff:127.0.0.1',
      '0.0.0.0',
    ])
      expect([host, isLoopback(host)]).toEqual([host, true])
    for (const host of ['127.0.0.1.example.com', '10.0.0.1', 'localhost.example.com', '::2'])
      expect([host, isLoopback(host)]).toEqual([host, false])
  })

  it('is named by its host, by host and port, or by its path', () => {
    expect(namesPlace('redis', at('redis', 6379))).toBe(true)
    expect(namesPlace('redis:6379', at('redis', 6379))).toBe(true)
    expect(namesPlace('redis:6380', at('redis', 6379))).toBe(false)
    expect(namesPlace('localhost:6379', at('127.0.0.1', 6379))).toBe(true)
    expect(namesPlace('[::1]:6379', at('localhost', 6379))).toBe(true)
    expect(namesPlace('example.com', at('db.example.com', 443))).toBe(false)
    expect(namesPlace('/run/a.sock', { path: '/run/a.sock' })).toBe(true)
    expect(namesPlace('/run', { path: '/run/a.sock' })).toBe(false)
  })
})

describe('a variable that names a place', () => {
  it('has its URL, with or without the usual port', () => {
    expect(namesIt('postgres://u:p@db.example.com/x', 'ANY', at('db.example.com', 5432))).toBe(true)
    expect(namesIt('postgres://u:p@localhost:5433/x', 'ANY', at('127.0.0.1', 5433))).toBe(true)
    expect(namesIt('postgres://u:p@db.example.com:5433/x', 'ANY', at('db.example.com', 5432))).toBe(false)
  })

  it('has its host, or its port where it is named for one; the name of this machine says nothing', () => {
    expect(namesIt('db.example.com', 'DB_HOST', at('db.example.com', 5432))).toBe(true)
    expect(namesIt('5433', 'DB_PORT', at('127.0.0.1', 5433))).toBe(true)
    expect(namesIt('5433', 'COUNT', at('127.0.0.1', 5433))).toBe(false)
    expect(namesIt('127.0.0.1', 'HOST', at('127.0.0.1', 5433))).toBe(false)
  })
})
