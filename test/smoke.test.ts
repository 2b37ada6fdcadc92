import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, request } from 'node:http'
import { createServer as createTls } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import anyOrigin from '../src/phases/2-hardening/checks/mutants/cors.any-origin.js'
import poweredBy from '../src/phases/2-hardening/checks/mutants/security-headers.powered-by.js'
import anyKind from '../src/phases/4-auth/checks/mutants/access-token.any-kind.js'
import forScripts from '../src/phases/4-auth/checks/mutants/cookies.for-scripts.js'
import unasked from '../src/phases/4-auth/checks/mutants/csrf.unasked.js'
import talkative from '../src/phases/4-auth/checks/mutants/login.talkative.js'
import unrevoked from '../src/phases/4-auth/checks/mutants/logins.unrevoked.js'
import forgiving from '../src/phases/4-auth/checks/mutants/rotation.forgiving.js'
import { UsageError } from '../src/tools/cli/command.js'
import { smoke as command } from '../src/tools/cli/commands/smoke.js'
import type { Target } from '../src/tools/gate/gate.js'
import { items } from '../src/tools/smoke/items/index.js'
import { verdictOf } from '../src/tools/smoke/report.js'
import type { Line } from '../src/tools/smoke/smoke.js'
import { type MailServer, mailServer } from './support/mail-server.js'
import { selfSigned } from './support/self-signed.js'
import { type Smoked, smoked } from './support/smoked.js'

const CLI = fileURLToPath(new URL('../dist/tools/cli/main.js', import.meta.url))
const BODY = { TOKEN_STYLE: 'refresh', AUTH_COOKIE_REFRESH: 'false' }
const COOKIE = { ...BODY, AUTH_COOKIE_REFRESH: 'true' }
const BEARER = { ...BODY, TOKEN_STYLE: 'bearer' }
const MINUTE_MS = 60_000

test('docs/smoke.md has a row for each line', () => {
  const page = readFileSync(new URL('../docs/smoke.md', import.meta.url), 'utf8')
  const named = [...page.matchAll(/^\| `(smoke\.[\w-]+)` \|/gm)].map(([, id]) => id)
  expect(named).toEqual([...items.map(({ id }) => id), 'smoke.removed'])
})

let one: Smoked
beforeAll(async () => {
  one = await smoked()
})
afterAll(() => one?.stop())

/** The tables of people, and how many rows each has. */
async function counts(): Promise<Record<string, unknown>> {
  const { rows } = await one.db.raw(`select (select count(*) from users) as users,
    (select count(*) from usertwo.credentials) as credentials, (select count(*) from usertwo.links) as links,
    (select count(*) from usertwo.user_sessions) as logins, (select count(*) from usertwo.outbox) as mails,
    (select count(*) from entries) as entries, (select count(*) from drafts) as drafts`)
  return rows[0]
}
const verdicts = (lines: Line[]) => Object.fromEntries(lines.map(({ id, verdict }) => [id, verdict]))
/** All of the list, but what says why it is not tried. */
const allGo = (without: string[]) =>
  Object.fromEntries(
    [...items.map(({ id }) => id), 'smoke.removed'].map((id) => [
      id,
      without.includes(id) ? 'not exercised' : 'GO',
    ]),
  )

/** A proxy before the app that speaks https to whoever asks, with a certificate of its own. */
async function overTls(to: string) {
  const folder = mkdtempSync(join(tmpdir(), 'usertwo-smoke-'))
  const authority = join(folder, 'authority.pem')
  writeFileSync(authority, selfSigned.cert)
  const server = createTls(selfSigned, (req, res) => {
    const headers = { ...req.headers, 'x-forwarded-proto': 'https', 'x-forwarded-for': '10.2.0.1' }
    const sent = request(to, { method: req.method, path: req.url, headers }, (answer) => {
      res.writeHead(answer.statusCode!, answer.headers)
      answer.pipe(res)
    })
    sent.on('error', () => res.destroy())
    req.pipe(sent)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    authority,
    async stop() {
      server.close()
      rmSync(folder, { recursive: true })
    },
  }
}

/** A clock that is moved instead of waited for, and what tells it to a process that was started with one. */
function clock(address: string) {
  let moved = 0
  const now = () => Date.now() + moved
  return {
    clock: {
      now,
      sleep: async (ms: number) => {
        moved += ms
      },
    },
    headers: () => ({ 'x-gate-clock': String(now()), 'x-forwarded-for': address }),
    wait: true,
  }
}

/** A defect that a line has to name. */
interface Fault {
  name: string
  line: string
  says: RegExp
}

describe('with the refresh token in a cookie', () => {
  let target: Target
  let front: Awaited<ReturnType<typeof overTls>>
  beforeAll(async () => {
    target = await one.start({ env: { ...COOKIE, COOKIE_SECURE_DEFAULT: 'true' } })
    front = await overTls(target.url)
  })
  afterAll(async () => {
    await front?.stop()
    await target?.stop()
  })

  test('by the command, over https and through a proxy, each line is printed with what was seen, and nothing is left', async () => {
    const before = await counts()
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [CLI, 'smoke', front.url, '--database', one.url, '--config', one.journal.folder],
      { env: { ...one.environment(), PATH: process.env.PATH, NODE_EXTRA_CA_CERTS: front.authority } },
    )
    for (const { title, id } of items) expect(stdout).toContain(`${title} (${id}: `)
    expect(stdout).toMatch(
      /^ {2}GO {13}A refresh gives the next tokens, and the token before is dead \(smoke\.refresh: /m,
    )
    expect(stdout).toMatch(/__Host-usertwo; Path=\/; HttpOnly; Secure; SameSite=Lax; /)
    expect(stdout).toMatch(/refresh_token; Path=\/api\/auth; HttpOnly; Secure; SameSite=Lax$/m)
    expect(stdout).toMatch(/: HSTS is sent$/m)
    expect(stdout).toMatch(/\(smoke\.throttle: [^)]*\): it would use up the budget/)
    expect(stdout).toMatch(/\nsmoke https:\/\/127\.0\.0\.1:\d+ GO {2}21 GO, 2 not exercised {2}[\d.]+ s\n$/)
    expect(await counts()).toEqual(before)
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
        /^somebody else’s row is answered otherwise than one that is not there \[PUT \/api\/v1\/drafts/m,
      )
      expect(rows!.problems).toContainEqual({
        what: 'somebody else’s row is not refused with 403',
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
    // A run removes who was left by one that began more than an hour ago, and nobody else's people.
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
    expect(removed!.seen).toEqual(['3 people and all of theirs removed'])
    expect(await people()).toEqual([])
  })
})

const AT_BODY: Fault[] = [
  {
    name: 'a refresh token is good for ever',
    line: 'smoke.refresh',
    says: /a refresh token that was replaced is taken/,
  },
  {
    name: 'a token that is shown twice ends nothing',
    line: 'smoke.reused',
    says: /a login goes on whose refresh token/,
  },
  {
    name: 'a logout revokes nothing',
    line: 'smoke.logout',
    says: /an access token is a login after the logout/,
  },
  {
    name: 'the kind of a token is not looked at',
    line: 'smoke.token-kinds',
    says: /a refresh token is taken for an access/,
  },
  {
    name: 'scripts read the login cookie',
    line: 'smoke.cookies',
    says: /the cookie usertwo has other.*HttpOnly/,
  },
  {
    name: 'a logout asks for no proof',
    line: 'smoke.csrf',
    says: /a logout without the CSRF token is taken/,
  },
  {
    name: 'a wrong password tells who there is',
    line: 'smoke.no-enumeration',
    says: /a wrong password tells who has an account/,
  },
  {
    name: 'an address need not be confirmed',
    line: 'smoke.verify',
    says: /logs in whose address is not confirmed/,
  },
  {
    name: 'the demo login is answered',
    line: 'smoke.demo-login',
    says: /the demo login (?:is answered|gives a token)/,
  },
  { name: 'the figures stand still', line: 'smoke.metrics', says: /auth_login_success_total stands still/ },
  { name: 'a page is open', line: 'smoke.closed-routes', says: /opens without a login.*GET \/stats/ },
  {
    name: 'the issuer is another',
    line: 'smoke.token-claims',
    says: /who has made the token \(iss\).*somebody/,
  },
  { name: 'an answer says what it was made with', line: 'smoke.headers', says: /says what it was made with/ },
  { name: 'other sites may read', line: 'smoke.foreign-site', says: /another site may read the answer/ },
  {
    name: 'an access token never ends',
    line: 'smoke.expiry',
    says: /an access token that is over is a login/,
  },
  {
    name: 'a flag that is off has an address',
    line: 'smoke.switched-off',
    says: /though it is off \(AUTH_ENABLE_OAUTH\)/,
  },
]
const CLOSED = 'registration is closed here; the two people were made as `usertwo users create` does'
const REPLACED = [forgiving, unrevoked, anyKind, forScripts, unasked, talkative, poweredBy, anyOrigin]
const EDITED = [
  {
    file: 'dist/phases/4-auth/access-token.js',
    find: 'ignoreExpiration: late',
    replace: 'ignoreExpiration: true',
  },
  {
    file: 'dist/phases/4-auth/accounts.js',
    find: "unverified: db.raw('c.must_verify and not c.is_verified')",
    replace: "unverified: db.raw('false')",
  },
  {
    file: 'dist/phases/4-auth/api-routes.js',
    find: "api.post('/login', noStore, jsonBody, async (req, res) => {",
    replace:
      "api.post('/login', noStore, jsonBody, async (req, res) => { if (req.body.username === 'demo') return void res.json({ access_token: 'demo' });",
  },
  {
    file: 'dist/phases/4-auth/api-routes.js',
    find: "api.get('/client.js'",
    replace: "api.get('/oauth/google/available', (_req, res) => void res.json({})); api.get('/client.js'",
  },
  { file: 'dist/metrics/figures.js', find: 'kit.count =', replace: 'kit.uncounted =' },
]

describe('with refresh tokens in answers', () => {
  let target: Target
  beforeAll(async () => {
    target = await one.start({ env: BODY, realTime: false })
  })

  test('every line is GO, an access token that is over too, and nothing is left', async () => {
    const before = await counts()
    const lines = await one.smoke(target, clock('10.1.0.1'))
    expect(lines.flatMap(({ problems }) => problems)).toEqual([])
    expect(verdicts(lines)).toEqual(allGo(['smoke.throttle']))
    expect(lines.find(({ id }) => id === 'smoke.rows')!.seen).toEqual([
      'entries, readable: POST /api/v1/entries/, then GET, PUT, DELETE by somebody else: read 200, else 403',
      'drafts, private: POST /api/v1/drafts/, then GET, PUT, DELETE by somebody else: as if it were not there',
    ])
    expect(await counts()).toEqual(before)
  })

  test('Ctrl-C takes the people away again', async () => {
    const before = await counts()
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
    expect(said).toBe('interrupted: 2 people and all of theirs removed\n')
    expect(await counts()).toEqual(before)
  })

  test('what goes away half-way is unknown, and the people are gone all the same', async () => {
    const before = await counts()
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
    expect(await counts()).toEqual(before)
  })
  let stopping: Promise<void> | undefined

  describe('each of the faults turns its line red', () => {
    let lines: Line[]
    beforeAll(async () => {
      const { config } = one.journal
      const open = {
        ...config,
        routes: { ...config.routes, public: [...config.routes.public, 'GET /stats'] },
      }
      const target = await one.start({
        env: { ...BODY, JWT_ISS: 'somebody', REGISTRATION: 'owner-only' },
        realTime: false,
        replace: REPLACED,
        edits: EDITED,
        config: open,
      })
      lines = await one.smoke(target, clock('10.1.0.3'))
      await target.stop()
    })

    test.each(AT_BODY)('$name: $line', ({ line, says }) => {
      const found = lines.find(({ id }) => id === line)!
      expect(found.verdict).toBe('NO-GO')
      expect(found.problems.map((problem) => Object.values(problem).join(' ')).join('\n')).toMatch(says)
    })
    test('where nobody may register, people are made by the operator, and that is said', () => {
      expect(lines.find(({ id }) => id === 'smoke.register')).toMatchObject({
        verdict: 'not exercised',
        seen: [CLOSED],
      })
    })
    test('and what they do not touch is GO', () => {
      const touched = AT_BODY.map(({ line }) => line)
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

  test('there is nothing to refresh, the rest is GO, and nobody is mailed', async () => {
    const env = { SMTP_URL: mail.url, PUBLIC_URL: 'http://localhost', MAIL_FROM: 'a@example.com' }
    const target = await one.start({ env: { ...BEARER, ...env, REGISTRATION: 'open' } })
    const before = await counts()
    const lines = await one.smoke(target)
    await target.stop()
    expect(lines.flatMap(({ problems }) => problems)).toEqual([])
    expect(verdicts(lines)).toEqual(
      allGo(['smoke.expiry', 'smoke.throttle', 'smoke.refresh', 'smoke.reused']),
    )
    const { seen } = lines.find(({ id }) => id === 'smoke.no-enumeration')!
    expect(seen[0]).toBe('registering: 202 for both')
    expect(mail.taken).toEqual([])
    expect(await counts()).toEqual(before)
  })
})

test('below phase 6 what is not there yet is not exercised, and nothing is red for it', async () => {
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

describe('the command line', () => {
  const run = (...args: string[]) =>
    command.run([...args, '--database', one.url, '--config', one.journal.folder])

  test.each([
    ['no address', [], /^smoke: an address is missing/],
    ['two addresses', ['http://a', 'http://b'], /^smoke: http:\/\/b is too much/],
    [
      'a line that is none',
      ['http://a', '--only', 'smoke.rowz'],
      /^--only smoke\.rowz: .*did you mean smoke\.rows\?/s,
    ],
    ['a row that is none', ['http://a', '--row', 'notes'], /^--row notes: how somebody makes a row/],
  ])('%s is told with what is allowed', async (_what, args, says) => {
    const error = await run(...args).then(String, (thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(UsageError)
    expect((error as Error).message).toMatch(says)
  })

  test.each([
    ['what does not answer', 'http://127.0.0.1:1', /^http:\/\/127\.0\.0\.1:1 does not answer: /],
    [
      'what has no accounts',
      'plain',
      /\/api\/auth\/config answers 404, and not as usertwo does: accounts are there from dial 4/,
    ],
  ])('%s cannot be told', async (_what, url, says) => {
    const plain = createServer((_req, res) => res.writeHead(404).end('{}')).listen(0, '127.0.0.1')
    await once(plain, 'listening')
    const said = vi.spyOn(console, 'error').mockImplementation(() => {})
    try {
      const { port } = plain.address() as AddressInfo
      expect(await run(url === 'plain' ? `http://127.0.0.1:${port}` : url)).toBe(2)
      expect(said.mock.calls.join()).toMatch(says)
    } finally {
      said.mockRestore()
      plain.close()
    }
  })
})
