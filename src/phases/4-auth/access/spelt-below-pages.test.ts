// A path that begins like the pages of usertwo, and is another one to what serves it, needs what that one requires.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { get } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import express from 'express'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { wrappedApp } from '../../../../test/support/wrapped-app.js'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'usertwo-spelt-'))
  mkdirSync(join(folder, 'reports'))
  writeFileSync(join(folder, 'reports/a.txt'), 'for editors')
})
afterAll(() => rmSync(folder, { recursive: true }))

const SPELT = [
  '/reports/a.txt',
  '/x/../reports/a.txt',
  '/auth/../reports/a.txt',
  '/auth/%2e%2e/reports/a.txt',
  '/auth/..%2freports/a.txt',
  '/api/auth/../../reports/a.txt',
]

test.each([
  [
    'routes.require',
    { config: { routes: { public: ['GET /health'], require: { '/reports': { role: 'editor' } } } } },
  ],
  ['auth.stepUp', { env: { AUTH_ENABLE_TOTP: 'true' }, config: { auth: { stepUp: { '/reports': 10 } } } }],
])('by %s', async (_, options) => {
  const one = await wrappedApp(() => express().use(express.static(folder)), options as never)
  try {
    const headers = { authorization: `Bearer ${one.people[1]!.token}` }
    const { hostname, port } = new URL(one.url)
    for (const path of SPELT) {
      const status = await new Promise((done, fail) =>
        get({ hostname, port, path, headers }, (res) => done(res.resume().statusCode)).on('error', fail),
      )
      expect([path, status]).toEqual([
        path,
        expect.toSatisfy((code: number) => [400, 401, 403, 404].includes(code)),
      ])
    }
  } finally {
    await one.dispose()
  }
})
