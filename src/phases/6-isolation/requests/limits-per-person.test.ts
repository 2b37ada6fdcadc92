import { createServer } from 'node:http'
import express5, { type Request, type Response } from 'express'
import { rateLimit } from 'express-rate-limit'
import request from 'supertest'
import { describe, expect, it } from 'vitest'
import { express4 } from '../../../../test/support/express4.js'
import { testKit } from '../../../../test/support/hardened.js'
import type { Person } from '../../../core/context.js'
import { asInnerApp, callInner } from '../../../express/inner-app.js'
import { guardMatched } from '../../../express/matched.js'
import { limitsPerPerson } from './limits-per-person.js'

const LIMIT = 2

describe.each([
  ['4', express4],
  ['5', express5],
])('in an Express %s app', (_version, express) => {
  /** All requests come from one address; a header names the user. */
  function open(own?: string) {
    const app = express()
    const finished: (string | undefined)[] = []
    app.use((req, res, next) => {
      if (own) Object.defineProperty(req, 'ip', { value: own, configurable: true })
      res.on('finish', () => void finished.push(req.ip))
      next()
    })
    app.get('/', rateLimit({ limit: LIMIT, validate: false }), (req, res) => void res.send(req.ip))
    const inner = asInnerApp(app)
    const layer = limitsPerPerson(
      testKit({ userOf: ({ headers }) => (headers.who ? ({ id: headers.who } as unknown as Person) : null) }),
    )
    guardMatched(inner, (_route, req, res, next) => void layer(req as Request, res as Response, next))
    const outer = express5()
    outer.use((req, res) => callInner(inner, req, res))
    const server = createServer(outer)
    const ask = async (who?: string) => {
      const { status, text } = await request(server)
        .get('/')
        .set(who ? { who } : {})
      return [status, text]
    }
    return { ask, finished }
  }
  const ADDRESS = '127.0.0.1'

  it('each user at an address has their own limit, and the app still reads the address', async () => {
    const { ask, finished } = open()
    for (const who of ['a', 'b'])
      expect([await ask(who), await ask(who)]).toEqual([
        [200, ADDRESS],
        [200, ADDRESS],
      ])
    expect([(await ask('a'))[0], (await ask('b'))[0], (await ask('c'))[0]]).toEqual([429, 429, 200])
    expect(new Set(finished)).toEqual(new Set([ADDRESS]))
  })

  it('an anonymous request is counted by the address, as before', async () => {
    const { ask } = open()
    expect([(await ask())[0], (await ask())[0], (await ask())[0], (await ask('a'))[0]]).toEqual([
      200, 200, 429, 200,
    ])
  })

  it('an address that the app has set itself is restored', async () => {
    const { ask, finished } = open('203.0.113.9')
    expect([await ask('a'), await ask('b')]).toEqual([
      [200, '203.0.113.9'],
      [200, '203.0.113.9'],
    ])
    expect(new Set(finished)).toEqual(new Set(['203.0.113.9']))
  })
})
