import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { command } from '../cli/commands/smoke.js'
import { items } from '../cli/smoke/items/index.js'
import { verdictOf } from '../cli/smoke/report.js'
import type { SmokeLine } from '../cli/smoke/smoke.js'
import type { Target } from '../proof/gate/gate.js'
import { type MailServer, mailServer } from './support/mail-server.js'
import { overTls } from './support/over-tls.js'
import { EDITED, FAULTS, REPLACED } from './support/smoke-faults.js'
import { allGo, clock, counts, type Smoked, smoked, verdicts } from './support/smoked.js'

const CLI = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url))
const BODY = { TOKEN_STYLE: 'refresh', AUTH_COOKIE_REFRESH: 'false' }
const COOKIE = { ...BODY, AUTH_COOKIE_REFRESH: 'true' }
const BEARER = { ...BODY, TOKEN_STYLE: 'bearer' }
const MINUTE_MS = 60_000

let one: Smoked
beforeAll(async () => {
  one = await smoked()
})
afterAll(() => one?.stop())

type Front = Awaited<ReturnType<typeof overTls>>

/** Runs the command over https. @throws with `code` and `stdout` if a line is red */
const byCommand = ({ url, authority }: Front, ...more: string[]) =>
  promisify(execFile)(
    process.execPath,
    [CLI, 'smoke', url, ...more, '--database', one.url, '--config', one.journal.folder],
    { env: { ...one.environment(), PATH: process.env.PATH, NODE_EXTRA_CA_CERTS: authority } },
  )

describe('with the refresh token in a cookie', () => {
  let target: Target
  let front: Front
  beforeAll(async () => {
    target = await one.start({ env: { ...COOKIE, COOKIE_SECURE_DEFAULT: 'true' } })
    front = await overTls(target.url)
  })
  afterAll(async () => {
    await front?.stop()
    await target?.stop()
  })

  test('by the command, over https and through a proxy, each line is printed with what was seen, and nothing is left', async () => {
    const before = await counts(one)
    const noted = join(one.journal.folder, 'usertwo', 'environments.json')
    const { stdout, stderr } = await byCommand(front, '--record', 'staging')
    try {
      expect(stderr).toContain('staging is GO at 8: noted in usertwo/environments.json, to be committed')
      expect(JSON.parse(readFileSync(noted, 'utf8'))).toMatchObject({
        staging: { url: front.url, dial: 8, style: 'refresh', refresh: 'cookie' },
      })
    } finally {
      rmSync(noted, { force: true })
    }
    for (const { title, id } of items) expect(stdout).toContain(`${title} (${id}: `)
    expect(stdout).toMatch(
      /^ {2}GO {13}A refresh gives the next tokens, and the token before is dead \(smoke\.refresh: /m,
    )
    expect(stdout).toMatch(/__Host-usertwo; Path=\/; HttpOnly; Secure; SameSite=Lax; /)
    expect(stdout).toMatch(/refresh_token; Path=\/api\/auth; HttpOnly; Secure; SameSite=Lax$/m)
    expect(stdout).toMatch(/: HSTS is sent$/m)
    expect(stdout).toMatch(/\(smoke\.throttle: [^)]*\): it would use up the budget/)
    expect(stdout).toMatch(/\nsmoke https:\/\/127\.0\.0\.1:\d+ GO {2}23 GO, 2 not exercised {2}[\d.]+ s\n$/)
    expect(await counts(one)).toEqual(before)
  })

  test('a row that another reaches is red, and so are people who cannot be removed', async () => {
    for (const table of ['drafts', 'entries'])
      await one.db.raw('alter table ?? disable row level security', [table])
    await one.db.raw(`create function kept() returns trigger language plpgsql as $$ begin raise 'kept'; end $$;
      create trigger kept before delete on drafts for each row execute function kept()`)
    const only = { only: ['smoke.rows'] }
    try {
      const [, rows, removed] = await one.smoke(target, only)
      expect(rows!.verdict).toBe('NO-GO')
      expect(rows!.problems.map(({ what, route }) => `${what} [${route}`).join('\n')).toMatch(
        /^another user’s row is answered differently from a missing one \[PUT \/api\/v1\/drafts/m,
      )
      expect(rows!.problems).toContainEqual({
        what: 'another user’s row is not refused with 403',
        route: expect.stringMatching(/^PUT \/api\/v1\/entries\//),
        expected: '403',
        got: '200',
      })
      expect(removed).toMatchObject({ id: 'smoke.removed', verdict: 'NO-GO' })
      expect(removed!.problems[0]!.what).toMatch(/^smoke\+\S+@example\.invalid could not be removed: .*kept/)
    } finally {
      await one.db.raw(
        'drop trigger kept on drafts; alter table drafts enable row level security; alter table entries enable row level security',
      )
    }
    // A run removes users left by a run that began more than an hour ago, and no other users.
    const people = () => one.db('users').where('email', 'like', 'smoke+%').pluck('email')
    const left: string[] = await people()
    expect(left).toHaveLength(1)
    await one.smoke(target, { only: ['smoke.login'] })
    expect(await people()).toEqual(left)
    const [stamp] = /(?<=\+)[0-9a-z]+/.exec(left[0]!)!
    const older = (Number.parseInt(stamp, 36) - 61 * MINUTE_MS).toString(36)
    await one
      .db('users')
      .where({ email: left[0]! })
      .update({ email: left[0]!.replace(stamp, older) })
    const [, , removed] = await one.smoke(target, { only: ['smoke.login'] })
    expect(removed!.seen).toEqual(['3 users and their rows removed'])
    expect(await people()).toEqual([])
  })
})

describe('the public address', () => {
  let target: Target
  beforeAll(async () => {
    target = await one.start({ env: BEARER })
  })
  afterAll(() => target?.stop())
  const line = async (url: string) => {
    const lines = await one.smoke({ ...target, url }, { only: ['smoke.public-address'] })
    return lines.find(({ id }) => id === 'smoke.public-address')!
  }

  test('is red where links lead elsewhere, with both values and the fix', async () => {
    vi.stubEnv('FLY_APP_NAME', 'journal')
    vi.stubEnv('JOURNAL_PUBLIC_URL', 'http://localhost:3000')
    try {
      expect(await line(target.url)).toMatchObject({
        verdict: 'NO-GO',
        problems: [
          {
            what: expect.stringContaining('=http://localhost:3000, but FLY_APP_NAME says journal.fly.dev'),
            expected: expect.stringContaining('set PUBLIC_URL=https://journal.fly.dev'),
          },
        ],
      })
    } finally {
      vi.unstubAllEnvs()
    }
    expect(await line(target.url)).toMatchObject({ verdict: 'GO', problems: [] })
  })

  test('is red behind a proxy that replaces the Host header', async () => {
    const proxy = createServer((req, res) => {
      const headers = { ...req.headers, host: 'app.internal' }
      req.pipe(
        request(new URL(req.url!, target.url), { method: req.method, headers }, (answer) => {
          res.writeHead(answer.statusCode!, answer.headers)
          answer.pipe(res)
        }),
      )
    }).listen(0, '127.0.0.1')
    await once(proxy, 'listening')
    try {
      const found = await line(`http://127.0.0.1:${(proxy.address() as AddressInfo).port}`)
      expect(found.verdict).toBe('NO-GO')
      expect(found.problems).toMatchObject([{ expected: '200', got: '403 csrf_failed' }])
    } finally {
      proxy.close()
    }
  })
})

const CLOSED = 'registration is closed here; the two people were made as `usertwo users create` does'

describe('with refresh tokens in answers', () => {
  let target: Target
  beforeAll(async () => {
    target = await one.start({ env: BODY, realTime: false })
  })

  test('every line is GO, an access token that is over too, and nothing is left', async () => {
    const before = await counts(one)
    const lines = await one.smoke(target, clock('10.1.0.1'))
    expect(lines.flatMap(({ problems }) => problems)).toEqual([])
    expect(verdicts(lines)).toEqual(allGo(['smoke.throttle']))
    expect(lines.find(({ id }) => id === 'smoke.rows')!.seen).toEqual([
      'entries, readable: POST /api/v1/entries/, then GET, PUT, DELETE by another user: read 200, else 403',
      'drafts, private: POST /api/v1/drafts/, then GET, PUT, DELETE by another user: as if it were not there',
    ])
    expect(await counts(one)).toEqual(before)
  })

  test('Ctrl-C takes the people away again', async () => {
    const before = await counts(one)
    const child = spawn(process.execPath, [CLI, 'smoke', target.url, '--database', one.url, '--json'], {
      cwd: one.journal.folder,
      env: { ...one.environment(), PATH: process.env.PATH },
    })
    let said = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said += text))
    const people = () => one.db('users').where('email', 'like', 'smoke+%').pluck('id')
    await vi.waitFor(async () => expect(await people()).toHaveLength(2), { timeout: 20_000, interval: 20 })
    child.kill('SIGINT')
    expect((await once(child, 'exit'))[0], said).toBe(130)
    expect(said).toBe('interrupted: 2 users and their rows removed\n')
    expect(await counts(one)).toEqual(before)
  })

  test('what goes away half-way is unknown, and the people are gone all the same', async () => {
    const before = await counts(one)
    const lines = await one.smoke(target, {
      ...clock('10.1.0.2'),
      only: ['smoke.login', 'smoke.logout'],
      each: ({ id }) => {
        if (id === 'smoke.register') stopping = target.stop()
      },
    })
    await stopping
    expect(verdicts(lines)).toEqual({
      'smoke.register': 'GO',
      'smoke.login': 'unknown',
      'smoke.logout': 'unknown',
      'smoke.removed': 'GO',
    })
    expect(verdictOf(lines)).toBe('unknown')
    expect(await counts(one)).toEqual(before)
  })
  let stopping: Promise<void> | undefined

  describe('each of the faults turns its line red', () => {
    let lines: SmokeLine[]
    beforeAll(async () => {
      const { config } = one.journal
      const open = {
        ...config,
        routes: { ...config.routes, public: [...config.routes.public, 'GET /stats'] },
      }
      const target = await one.start({
        env: { ...BODY, JWT_ISS: 'another-issuer', REGISTRATION: 'owner-only' },
        realTime: false,
        replace: REPLACED,
        edits: EDITED,
        config: open,
      })
      lines = await one.smoke(target, clock('10.1.0.3'))
      await target.stop()
    })

    test.each(FAULTS)('$name: $line', ({ line, says }) => {
      const found = lines.find(({ id }) => id === line)!
      expect(found.verdict).toBe('NO-GO')
      expect(found.problems.map((problem) => Object.values(problem).join(' ')).join('\n')).toMatch(says)
    })
    test('if registration is closed, users are created as the operator does, and the line says so', () => {
      expect(lines.find(({ id }) => id === 'smoke.register')).toMatchObject({
        verdict: 'not exercised',
        seen: [CLOSED],
      })
    })
    test('and what they do not touch is GO', () => {
      const touched = FAULTS.map(({ line }) => line)
      const others = lines.filter(({ id, verdict }) => !touched.includes(id) && verdict === 'NO-GO')
      expect(others.map(({ id }) => id)).toEqual([])
    })
  })
})

describe('with TOKEN_STYLE=bearer, open registration and mail', () => {
  let mail: MailServer
  beforeAll(async () => {
    mail = await mailServer()
  })
  afterAll(() => mail?.stop())
  const start = () => {
    const env = { SMTP_URL: mail.url, PUBLIC_URL: 'http://localhost', MAIL_FROM: 'a@example.com' }
    return one.start({ env: { ...BEARER, ...env, REGISTRATION: 'open' } })
  }

  test('refreshing is not exercised, the rest is GO, and no mail is sent', async () => {
    const target = await start()
    const before = await counts(one)
    const lines = await one.smoke(target)
    await target.stop()
    expect(lines.flatMap(({ problems }) => problems)).toEqual([])
    expect(verdicts(lines)).toEqual(
      allGo(['smoke.expiry', 'smoke.throttle', 'smoke.refresh', 'smoke.reused']),
    )
    const { seen } = lines.find(({ id }) => id === 'smoke.no-enumeration')!
    expect(seen[0]).toBe('registering: 202 for both')
    expect(mail.taken).toEqual([])
    expect(await counts(one)).toEqual(before)
  })

  test('over https a registration that answers with the token of development is red', async () => {
    const target = await start()
    const front = await overTls(target.url)
    const run = byCommand(front)
    await expect(run).rejects.toMatchObject({
      code: 1,
      stdout: expect.stringMatching(
        /a registration answers with a token .*: ENVIRONMENT is development or test/,
      ),
    })
    await front.stop()
    await target.stop()
  })
})

test('below phase 6 later features are not exercised, and no line is red for them', async () => {
  const target = await one.start({ env: { REGISTRATION: 'owner-only' }, dial: 5 })
  const lines = await one.smoke(target, { only: ['smoke.rows', 'smoke.switched-off', 'smoke.closed-routes'] })
  await target.stop()
  expect(lines.flatMap(({ problems }) => problems)).toEqual([])
  expect(verdicts(lines)).toEqual({
    'smoke.closed-routes': 'GO',
    'smoke.register': 'not exercised',
    'smoke.rows': 'not exercised',
    'smoke.switched-off': 'GO',
    'smoke.removed': 'GO',
  })
})

describe('rows of an unrecorded app', () => {
  const folder = mkdtempSync(join(tmpdir(), 'usertwo-unrecorded-'))
  afterAll(() => rmSync(folder, { recursive: true }))
  const rows = async (target: Target, given: string[]) => {
    const lines = await one.smoke(target, { only: ['smoke.rows'], rows: given, folder })
    return { verdict: verdictOf(lines), line: lines.find(({ id }) => id === 'smoke.rows')! }
  }

  test('a checklist that attacked no row is not a GO', async () => {
    const target = await one.start({ env: BEARER })
    try {
      const { verdict, line } = await rows(target, [])
      expect([verdict, line.verdict]).toEqual(['unknown', 'unknown'])
      expect(line.seen[0]).toContain(`give --row 'POST /api/things {"name":"x"}'`)
      const other = await rows(target, ['POST /api/v1/none {"name":"x"}'])
      expect([other.verdict, other.line.seen[0]]).toEqual([
        'unknown',
        expect.stringContaining('no row was attacked: POST /api/v1/none made no row'),
      ])
    } finally {
      await target.stop()
    }
  })

  test('a missing route does not count as a row refused to its owner', async () => {
    const gone = {
      file: 'src/api/drafts.js',
      find: "drafts.get('/:id',",
      replace: "drafts.get('/:id/whole',",
    }
    const target = await one.start({ env: BEARER, edits: [gone] })
    try {
      const { verdict, line } = await rows(target, [
        'POST /api/v1/drafts {"title":"a title","body":"a body"}',
      ])
      expect(line.problems).toEqual([])
      expect([verdict, line.verdict]).toEqual(['GO', 'GO'])
      expect(line.seen).toEqual([
        expect.stringMatching(/^GET \/api\/v1\/drafts\/… is 404 to the owner of the row too/),
        expect.stringContaining('then PUT, DELETE by another user'),
      ])
    } finally {
      await target.stop()
    }
  })
})

test('a deployment that does not answer, or has no accounts, is unknown', async () => {
  const plain = createServer((_req, res) => res.writeHead(404).end('{}')).listen(0, '127.0.0.1')
  await once(plain, 'listening')
  const { port } = plain.address() as AddressInfo
  const told = vi.spyOn(console, 'error').mockImplementation(() => {})
  for (const url of ['http://127.0.0.1:1', `http://127.0.0.1:${port}`])
    expect(await command.run([url, '--database', one.url, '--config', one.journal.folder])).toBe(2)
  const said = told.mock.calls.join('\n')
  told.mockRestore()
  plain.close()
  expect(said).toMatch(/^http:\/\/127\.0\.0\.1:1 does not answer: /)
  expect(said).toMatch(/\/config answers 404, and not as usertwo does: accounts are there from dial 4/)
})
