// A promise that a handler forgets (`.then()` without a catch, not returned) ends a process since Node 15;
// vitest has a say in that itself, so each app is a process of its own.
import { once } from 'node:events'
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import express from 'express'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { build } from './support/built.js'
import { startProgram } from './support/program.js'
import { type WrappedApp, wrappedApp } from './support/wrapped-app.js'

const MODULES = fileURLToPath(new URL('../node_modules', import.meta.url))
const app = (major: string) => `
  import { IncomingMessage } from 'node:http'
  import express from '${major}'
  import { usertwo } from 'usertwo'
  const inner = express()
  const later = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
  const fails = (text) => later(5).then(() => { throw new Error(text) })
  // As old parsers of bodies do, it continues without a context.
  const waiting = []
  setInterval(() => waiting.splice(0).forEach((next) => next()), 2)
  inner.use((_req, _res, next) => { waiting.push(next) })
  inner.get('/health', (_req, res) => res.json({ ok: true }))
  inner.get('/lost', (_req, res) => { fails('lost').then((row) => res.json(row)) })
  inner.get('/after', (_req, res) => { res.json({ sent: true }); fails('after') })
  inner.get('/outside', (_req, res) => { res.json({ sent: true }); outside() })
  inner.get('/again', (req, res) => {
    const second = Object.assign(new IncomingMessage(req.socket), { method: 'GET', url: '/health' })
    inner.handle(second, res)
  })
  inner.use((error, _req, res, _next) => res.status(500).json({ mine: error.message }))
  let outside
  new Promise((resolve) => { outside = resolve }).then(() => fails('of no request'))
  const server = await usertwo(inner, {
    app: { start: ['node', 'server.mjs'] },
    owner: { id: 1 },
    users: { table: 'users' },
    tables: { notes: { owner: 'user_id' } },
    routes: { public: ['GET /health', 'GET /lost', 'GET /after', 'GET /outside', 'GET /again'] },
  }).listen(0, '127.0.0.1')
  console.log('port', server.address().port)`

let wrapped: WrappedApp
let folder: string

beforeAll(async () => {
  await build()
  wrapped = await wrappedApp(() => express())
  folder = mkdtempSync(join(tmpdir(), 'usertwo-forgotten-'))
  symlinkSync(MODULES, join(folder, 'node_modules'))
}, 120_000)
afterAll(async () => {
  await wrapped?.dispose()
  rmSync(folder, { recursive: true, force: true })
})

async function run(major: string, ...flags: string[]) {
  const { child, said, port } = startProgram(folder, app(major), wrapped.env, flags)
  const ended = once(child, 'exit').then(([code]) => code as number | null)
  const url = `http://127.0.0.1:${await port()}`
  const ask = async (path: string) => {
    const answer = await fetch(`${url}${path}`, { signal: AbortSignal.timeout(5000) })
    return [answer.status, await answer.json()]
  }
  return { child, ended, ask, said }
}

describe.each([
  ['4', 'express4'],
  ['5', 'express'],
])('a promise that a handler of Express %s forgets', (_, major) => {
  test('is an error of its request, which the app answers itself; the process lives', async () => {
    const { child, ended, ask, said } = await run(major)
    expect(await ask('/lost')).toEqual([500, { mine: 'lost' }])
    expect(await ask('/after')).toEqual([200, { sent: true }])
    await expect.poll(said).toContain('after')
    expect(await ask('/health')).toEqual([200, { ok: true }])
    child.kill()
    await ended
  }, 30_000)

  test('ends the process as ever where it is of no request', async () => {
    const { ended, ask, said } = await run(major)
    expect(await ask('/outside')).toEqual([200, { sent: true }])
    expect(await ended).toBe(1)
    expect(said()).toContain('of no request')
  }, 30_000)

  test('does not affect a request that the app makes itself and hands to itself', async () => {
    const { child, ended, ask } = await run(major)
    expect(await ask('/again')).toEqual([200, { ok: true }])
    child.kill()
    await ended
  }, 30_000)

  test('is left to Node if it is started with another mode', async () => {
    const { child, ended, ask, said } = await run(major, '--unhandled-rejections=warn')
    expect(await ask('/outside')).toEqual([200, { sent: true }])
    await expect.poll(said).toContain('of no request')
    expect(await ask('/health')).toEqual([200, { ok: true }])
    child.kill()
    await ended
  }, 30_000)
})
