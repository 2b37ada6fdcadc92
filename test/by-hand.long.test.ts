import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Mutant } from '../proof/gate/check.js'
import type { Result } from '../proof/gate/run/verdict.js'
import type { Templates } from '../proof/gate/templates.js'
import type { Config } from '../src/config/config.js'
import { built } from './support/built.js'
import { COMIC_PILE } from './support/comic-pile.js'

// Defects as a developer would introduce them, unlike the checks' own mutants: a check that knows only its
// mutants would stay green here.
interface Broken {
  what: string
  gate: string
  by: Mutant['by']
  /** what the evidence names */
  names: RegExp
}

const anEdit = (file: string, find: string, replace: string) => ({ edit: [{ file, find, replace }] })

/** A database that keeps no revocation, of a token or of a session. */
const FORGETFUL = `create rule forget as on insert to usertwo.revoked_tokens do instead nothing;
  create function usertwo.keep() returns trigger language plpgsql as
    'begin new.revoked_at := null; return new; end';
  create trigger keep before update on usertwo.user_sessions for each row execute function usertwo.keep()`

const BROKEN: Broken[] = [
  {
    what: 'one owner predicate is gone from the query layer, with the policies off',
    gate: 'isolation.query-layer-alone',
    by: anEdit(
      'dist/src/phases/6-isolation/query/access.js',
      'scoped: isScoped(access, verb)',
      "scoped: isScoped(access, verb) && !(table === 'threads' && verb === 'read')",
    ),
    names: /threads/,
  },
  {
    what: 'one policy lets everybody in, with the query layer off',
    gate: 'isolation.policies-alone',
    by: { sql: 'alter policy usertwo_select on snapshots using (true)' },
    names: /snapshots/,
  },
  {
    what: 'one policy is dropped',
    gate: 'isolation.schema',
    by: { sql: 'drop policy usertwo_delete on events' },
    names: /events.*usertwo_delete|usertwo_delete.*events/s,
  },
  {
    what: 'redaction is off',
    gate: 'hardening.secrets-not-logged',
    by: anEdit(
      'dist/src/redaction/redact-text.js',
      'export function redactText(text, inFlight = secretsInFlight) {',
      'export function redactText(text, inFlight = secretsInFlight) { return text;',
    ),
    names: /printed|logged|output|report/i,
  },
  {
    what: 'CORS_ORIGINS is *',
    gate: 'hardening.cors-exact',
    by: { env: { CORS_ORIGINS: '*' } },
    names: /origin/i,
  },
  {
    what: 'debug is reachable as /DEBUG/5xx-stats',
    gate: 'hardening.debug-and-ops-closed',
    by: anEdit(
      'dist/src/phases/2-hardening/requests/ops-gate.js',
      'if (!answers[gated])',
      "if (gated === 'debug' && !req.originalUrl.startsWith('/debug')) return next();\n        if (!answers[gated])",
    ),
    names: /\/DEBUG\/5xx-stats/i,
  },
  {
    what: 'a revoked token is accepted',
    gate: 'auth.revoked-token',
    by: { sql: FORGETFUL },
    names: /revoked|log(ged)? ?out/i,
  },
  {
    what: 'an HTML route is open',
    gate: 'legacy.html-needs-login',
    by: {
      config: (config: Config) => {
        const { 'POST /api/roll/set-die': _protected, ...legacy } = config.routes.legacy
        return {
          ...config,
          routes: { ...config.routes, legacy, public: [...config.routes.public, 'POST /api/roll/set-die'] },
        }
      },
    },
    names: /\/api\/roll\/set-die/,
  },
]

let templates: Templates
/** @param proving whether the first problem ends the check, as for a mutant; default: true */
let verdictOf: (broken: Broken, proving?: boolean) => Promise<{ result: Result; go: boolean }>

beforeAll(async () => {
  const { loadProject } = await built<typeof import('../proof/gate/project.js')>('proof/gate/project.js')
  const { openTemplates } =
    await built<typeof import('../proof/gate/templates.js')>('proof/gate/templates.js')
  const { openSession } = await built<typeof import('../proof/gate/session.js')>('proof/gate/session.js')
  const { isGo, resultOf } =
    await built<typeof import('../proof/gate/run/verdict.js')>('proof/gate/run/verdict.js')
  const { suites } = await built<typeof import('../proof/gate/run/suites.js')>('proof/gate/run/suites.js')
  const har = await built<typeof import('../proof/gate/traffic/har.js')>('proof/gate/traffic/har.js')
  const project = await loadProject(COMIC_PILE)
  const recorded = har.readHar(join(project.folder, har.BASELINE_FILE))
  templates = await openTemplates(project)
  verdictOf = async ({ what, gate, by }, proving = true) => {
    const phase = suites.find(({ checks }) => checks.some(({ id }) => id === gate))
    const check = phase?.checks.find(({ id }) => id === gate)
    if (!phase || !check) throw new Error(`unknown check ${gate}`)
    const session = await openSession({
      project,
      templates,
      phase: phase.number,
      mutant: { name: what, names: '', by },
      signal: new AbortController().signal,
      traffic: async () => recorded,
    })
    try {
      const result = resultOf(check, await check.run({ ...session, proving }), 0)
      return { result, go: isGo([result]) }
    } finally {
      await session.close()
    }
  }
}, 120_000)
afterAll(() => templates?.stop())

test.each(BROKEN.map((broken) => [broken.gate, broken.what, broken] as const))(
  '%s is NO-GO when %s',
  async (_gate, _what, broken) => {
    const { result, go } = await verdictOf(broken)
    expect([result.verdict, go]).toEqual(['fail', false])
    expect(JSON.stringify(result.evidence)).toMatch(broken.names)
  },
  120_000,
)

test('a list by raw SQL is named as kept by the database alone, and a builder beside it is still NO-GO', async () => {
  const byRaw = anEdit(
    'server/domain/threads.js',
    "db('threads').orderBy('queue_position').orderBy('id')",
    "db.raw('select * from threads order by queue_position, id').then(({ rows }) => rows)",
  )
  const gate = 'isolation.query-layer-alone'
  const { result, go } = await verdictOf({ what: 'raw SQL', gate, by: byRaw, names: /^/ }, false)
  expect(result.evidence).toEqual([])
  expect([result.verdict, go]).toEqual(['pass', true])
  expect(result.notes).toContainEqual(expect.stringMatching(/^one lock, by raw SQL.*: GET \/api\/threads\//))
  const [broken] = BROKEN
  const both = { edit: [...byRaw.edit, ...(broken!.by as typeof byRaw).edit] }
  const beside = await verdictOf({ ...broken!, by: both }, false)
  expect([beside.result.verdict, beside.go]).toEqual(['fail', false])
  expect(JSON.stringify(beside.result.evidence)).toMatch(/threads/)
}, 300_000)

/** Each event puts a full stop behind the notes of all threads, by a function that computes its SQL. */
const FULL_STOPS = `create function full_stops() returns void language plpgsql as $$ begin
    execute format('update %I set notes = coalesce(notes, %L) || %L', 'threads', '', '.'); end $$;
  create function on_event() returns trigger language plpgsql as $$ begin perform full_stops(); return null; end $$;
  create trigger on_event after insert on events execute function on_event();
  create function finished() returns setof threads language sql stable as
    $$ select * from threads where status = 'completed' order by created_at desc, id desc $$`

test('what a trigger, a function and a query by hand reach is named as kept by the database alone, and an unscoped knex beside it is NO-GO', async () => {
  const file = 'server/domain/threads.js'
  const inDatabase: Mutant['by'] & { edit: object[] } = {
    sql: FULL_STOPS,
    edit: [
      {
        file,
        find: "export const allThreads = () => db('threads').orderBy('queue_position').orderBy('id')",
        replace: `export const allThreads = async () => {
  const connection = await db.client.acquireConnection()
  try {
    return (await connection.query('select * from threads order by queue_position, id')).rows
  } finally {
    await db.client.releaseConnection(connection)
  }
}`,
      },
      {
        file,
        find: "db('threads').where({ status: 'completed' }).orderBy('created_at', 'desc').orderBy('id', 'desc')",
        replace: "db.raw('select * from finished()').then(({ rows }) => rows)",
      },
    ],
  }
  const gate = 'isolation.query-layer-alone'
  const { result, go } = await verdictOf({ what: 'in the database', gate, by: inDatabase, names: /^/ }, false)
  expect(result.evidence).toEqual([])
  expect([result.verdict, go]).toEqual(['pass', true])
  expect(result.notes).toContainEqual(
    'one lock, by a trigger of the database: on_event() on public.events, which reaches any table',
  )
  for (const route of ['GET /api/threads/', 'GET /api/threads/completed'])
    expect(result.notes).toContain(
      `one lock, by raw SQL, a view or a function through knex (rawQueries): ${route}`,
    )
  const unscoped = {
    ...inDatabase,
    edit: [
      ...inDatabase.edit,
      {
        file,
        find: "import { db } from '../db.js'",
        replace: `import knex from 'knex'
import { db } from '../db.js'

const bare = knex({ client: 'pg', connection: process.env.DATABASE_URL })`,
      },
      {
        file,
        find: "  return db('threads')\n    .where({ status: 'active' })",
        replace: "  return bare('threads')\n    .where({ status: 'active' })",
      },
    ],
  } as Mutant['by']
  const beside = await verdictOf({ what: 'a bare knex', gate, by: unscoped, names: /^/ }, false)
  expect([beside.result.verdict, beside.go]).toEqual(['fail', false])
  expect(beside.result.evidence.map(({ route }) => route)).toContain('GET /api/threads/stale')
}, 300_000)
