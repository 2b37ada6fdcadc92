import { execFile } from 'node:child_process'
import { createServer, type Server } from 'node:http'
import { promisify } from 'node:util'
import { context, type Span, SpanStatusCode, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base'
import express from 'express'
import type { Knex } from 'knex'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { tracing } from '../src/core/process/tracing.js'
import { build } from './support/built.js'
import { type WrappedApp, wrappedApp } from './support/wrapped-app.js'

const exporter = new InMemorySpanExporter()
const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] })
const ROUNDS = 15

/** What a handler of the app found as the current span, before and after its query. */
const seen: { user: number; before: Span | undefined; after: Span | undefined }[] = []

function notes(db: Knex) {
  const app = express()
  app.get('/notes/:user', async (req, res) => {
    const before = trace.getActiveSpan()
    // The second query waits for the first one, and is sent while the connection's own context is current.
    const [rows] = await db.transaction((trx) =>
      Promise.all([trx('notes').select('text'), trx.raw('select pg_sleep(0.002)')]),
    )
    seen.push({ user: Number(req.params.user), before, after: trace.getActiveSpan() })
    res.json(rows)
  })
  app.get('/empty', (_req, res, next) =>
    db('notes')
      .truncate()
      .then(() => res.json({}), next),
  )
  return app
}

/** The app's own instrumentation: a span for each request, current in all that the request does. */
async function instrumented(wrapped: WrappedApp['wrapped']): Promise<Server> {
  await wrapped.ready()
  const tracer = trace.getTracer('the app')
  const server = createServer((req, res) =>
    tracer.startActiveSpan(`GET ${req.url}`, (span) => {
      res.on('close', () => span.end())
      wrapped(req, res)
    }),
  )
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return server
}
const start = (env: Record<string, string> = {}) =>
  wrappedApp(notes, {
    max: 1,
    serve: instrumented,
    env: { LOG_LEVEL: 'info', ...env },
    schema: `insert into notes (text, user_id) values ('one', 1), ('two', 2);`,
  })

const lines: string[] = []
beforeAll(() => {
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    lines.push(...String(text).split('\n'))
    return true
  })
})
afterAll(() => void vi.restoreAllMocks())

const logged = () =>
  lines.flatMap((line) => {
    try {
      return [JSON.parse(line) as Record<string, unknown>]
    } catch {
      return []
    }
  })
/** Wraps an app in a process of its own; returns the packages of OpenTelemetry that are loaded then. */
async function loadedBy(before: string): Promise<string[]> {
  const program = `
    import { createRequire } from 'node:module'
    const require = createRequire(process.cwd() + '/app.js')
    ${before}
    const { usertwo } = await import(${JSON.stringify(new URL('../dist/src/index.js', import.meta.url).href)})
    usertwo(require('express')(), { app: { start: ['node'] }, owner: { id: 1 }, users: { table: 'users' } })
    const found = Object.keys(require.cache).map((file) => /@opentelemetry.([a-z-]+)/.exec(file)?.[1])
    console.log(JSON.stringify([...new Set(found.filter(Boolean))]))`
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], {
    env: { ...process.env, ENVIRONMENT: 'test', USERTWO_PHASE: '2', LOG_LEVEL: 'silent' },
  })
  return JSON.parse(stdout)
}

const ours = () => exporter.getFinishedSpans().filter(({ name }) => name.startsWith('usertwo.'))
const servers = () => exporter.getFinishedSpans().filter(({ name }) => name.startsWith('GET '))
const by = (one: ReadableSpan) => one.spanContext().traceId

describe('an app that has registered a tracer', () => {
  let app: WrappedApp
  beforeAll(async () => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
    trace.setGlobalTracerProvider(provider)
    app = await start()
    // Each new connection has a query of knex's own.
    await ask(1, '/notes/1')
    await vi.waitFor(() => expect(servers()).toHaveLength(1))
  })
  beforeEach(() => {
    exporter.reset()
    lines.length = 0
    seen.length = 0
  })
  afterAll(async () => {
    await app.dispose()
    trace.disable()
    context.disable()
  })
  const ask = async (user: number, path: string) => {
    const answer = await app.ask(app.people[user - 1]!, 'GET', path)
    return { status: answer.status, body: await answer.text() }
  }

  test('each request of two users at once has its own spans below the app’s', async () => {
    const users = Array.from({ length: ROUNDS }, () => [1, 2]).flat()
    const answers = await Promise.all(users.map((user) => ask(user, `/notes/${user}`)))
    expect(answers.map(({ body }) => body)).toEqual(
      users.map((user) => JSON.stringify([{ text: user === 1 ? 'one' : 'two' }])),
    )
    await vi.waitFor(() => expect(servers()).toHaveLength(users.length))
    for (const server of servers()) {
      const below = ours().filter((one) => by(one) === by(server))
      // Bound are begin, two queries and commit.
      const binds = Array(4).fill('usertwo.bind')
      expect(below.map(({ name }) => name).sort()).toEqual([...binds, 'usertwo.identify', 'usertwo.query'])
      for (const one of below) expect(one.parentSpanContext?.spanId).toBe(server.spanContext().spanId)
    }
  })

  test('the app’s own span stays the current one before and after its queries', async () => {
    await Promise.all([1, 2, 1, 2].map((user) => ask(user, `/notes/${user}`)))
    await vi.waitFor(() => expect(servers()).toHaveLength(4))
    const names = new Map(servers().map((one) => [one.spanContext().spanId, one.name]))
    expect(seen).toHaveLength(4)
    for (const { user, before, after } of seen) {
      expect(names.get(before!.spanContext().spanId)).toBe(`GET /notes/${user}`)
      expect(after).toBe(before)
    }
  })

  test('attributes name no user: kinds and codes only', async () => {
    await Promise.all([ask(1, '/notes/1'), ask(2, '/empty'), app.ask(null, 'GET', '/notes/1')])
    const stale = { ...app.people[0]!, token: `${app.people[0]!.token.slice(0, -4)}AAAA` }
    expect((await app.ask(stale, 'GET', '/notes/1')).status).toBe(401)
    await vi.waitFor(() => expect(servers()).toHaveLength(4))
    const attributes = new Set(ours().flatMap((one) => Object.entries(one.attributes).map(String)))
    expect([...attributes].sort()).toEqual([
      'error.type,truncate_refused',
      'usertwo.acting,user',
      'usertwo.outcome,accepted',
      'usertwo.outcome,refused',
    ])
    expect(ours().every(({ events, links }) => events.length + links.length === 0)).toBe(true)
    const failed = ours().filter(({ status }) => status.code === SpanStatusCode.ERROR)
    expect(failed.map(({ name, status }) => [name, status.message])).toEqual([['usertwo.query', undefined]])
  })

  test('each line of the log has the ids of its request’s span', async () => {
    await Promise.all([ask(1, '/notes/1'), ask(2, '/notes/2'), ask(2, '/empty')])
    await vi.waitFor(() => expect(logged().filter(({ msg }) => msg === 'answered')).toHaveLength(3))
    const known = servers().map((one) => one.spanContext())
    const answered = logged().filter(({ msg }) => msg === 'answered')
    expect(answered.map(({ trace_id }) => trace_id).sort()).toEqual(known.map((one) => one.traceId).sort())
    expect(answered.map(({ span_id }) => span_id).sort()).toEqual(known.map((one) => one.spanId).sort())
    const empty = servers().find(({ name }) => name === 'GET /empty')!
    const error = logged().find(({ level }) => level === 'error')
    expect(error?.trace_id).toBe(by(empty))
  })

  test('a query outside every request has a span without a parent', async () => {
    await expect(app.db('notes')).rejects.toThrow()
    expect(ours().map(({ name, parentSpanContext }) => [name, parentSpanContext])).toEqual([
      ['usertwo.query', undefined],
    ])
  })
})

describe('an app that has registered none', () => {
  test('loads nothing of OpenTelemetry; one that has loads the package alone', async () => {
    await build()
    expect(await loadedBy('')).toEqual([])
    const registers = `const { trace } = require('@opentelemetry/api')
      trace.setGlobalTracerProvider({ getTracer: () => ({}) })`
    expect(await loadedBy(registers)).toEqual(['api'])
  })

  let app: WrappedApp
  beforeAll(async () => {
    exporter.reset()
    app = await start()
    lines.length = 0
  })
  afterAll(() => app.dispose())

  test('has no spans, and no ids in its log', async () => {
    expect(tracing()).toBeNull()
    const [one] = app.people
    expect((await app.ask(one!, 'GET', '/notes/1')).status).toBe(200)
    await vi.waitFor(() => expect(logged().filter(({ msg }) => msg === 'answered')).toHaveLength(1))
    expect(exporter.getFinishedSpans()).toEqual([])
    expect(lines.join()).not.toMatch(/trace_id|span_id/)
  })
})
