// Every endpoint of docs/reference/http-api.md, asked with bodies, headers and cookies by chance: FUZZ=20000 npx vitest run fuzz-endpoints
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import express from 'express'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { build } from './support/built.js'
import { type MailServer, mailServer } from './support/mail-server.js'
import { type Program, startProgram } from './support/program.js'
import { SECRET, type WrappedApp, wrappedApp } from './support/wrapped-app.js'

const INPUTS = Number(process.env.FUZZ ?? 400)
const SEED = Number(process.env.FUZZ_SEED ?? 1)
const LANES = 8
const CODE = 'ABCD-2345'
const MODULES = fileURLToPath(new URL('../node_modules', import.meta.url))
const ENDPOINTS = [
  ...readFileSync(new URL('../docs/reference/http-api.md', import.meta.url), 'utf8').matchAll(
    /^\|.*?`(?:GET|POST|DELETE) \/.*$/gm,
  ),
].flatMap(([line]) =>
  [...line.split('|')[1]!.matchAll(/`(GET|POST|DELETE) (\/[^`]*)`/g)].map(([, method, path]) => ({
    method: method!,
    path: path!,
  })),
)
const APP = `
  import express from 'express'
  import { usertwo } from 'usertwo'
  const inner = express()
  inner.get('/health', (_req, res) => res.json({ ok: true }))
  const config = { app: { start: ['node', 'server.mjs'] }, owner: { id: 1 }, users: { table: 'users' },
    tables: { notes: { owner: 'user_id' } }, routes: { public: ['GET /health'] } }
  const server = await usertwo(inner, config).listen(0, '127.0.0.1')
  console.log('port', server.address().port)`

let wrapped: WrappedApp
let mail: MailServer
let folder: string
let program: Program
let port: number
beforeAll(async () => {
  await build()
  mail = await mailServer()
  wrapped = await wrappedApp(() => express(), { users: 5 })
  folder = mkdtempSync(join(tmpdir(), 'usertwo-fuzz-'))
  symlinkSync(MODULES, join(folder, 'node_modules'))
  program = startProgram(folder, APP, {
    ...wrapped.env,
    LOG_LEVEL: 'info',
    USERTWO_CLAIM_CODE: CODE,
    SMTP_URL: mail.url,
    MAIL_FROM: 'notes@example.com',
    PUBLIC_URL: 'https://app.example.com',
  })
  port = await program.port()
}, 120_000)
afterAll(async () => {
  program?.child.kill('SIGKILL')
  await wrapped?.dispose()
  await mail?.stop()
  rmSync(folder, { recursive: true, force: true })
})

/** Text of anybody's: never to be in an answer as it was sent. */
const ECHO = `<zq'">`
/** What is a secret where it stands: never to be in any output. */
const HIDDEN = 'hiddenzq'
/** Where alone a token is handed back: in the form of the page it was sent to, as the other fields are to be typed again. */
const KEPT = /<input type="hidden" name="token" value="[^"<>]*">/g
const SECRETS = ['password', 'current_password', 'token', 'claim_code', 'invite_code', 'csrf_token']
const FIELDS = [...SECRETS, 'email', 'username', 'next', 'id', 'role', 'is_admin', '__proto__', 'constructor']

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    '',
    ' ',
    '\0',
    'a@x.example',
    "' or 1=1 --",
    '../../etc/passwd',
    '1e0',
    '٣',
    '//evil.example',
  ),
  fc.integer({ min: 1, max: 5_000 }).map((length) => 'ü'.repeat(length)),
)
const REAL = new Map([
  ['password', 'a long enough one'],
  ['claim_code', CODE],
])
const value = (name: string) => {
  const marked = text.map((one) => (SECRETS.includes(name) ? `${HIDDEN}${one}` : `${one}${ECHO}`))
  const real = REAL.get(name) ?? 'user 2'
  return fc.oneof(
    { weight: 4, arbitrary: marked },
    { weight: 2, arbitrary: fc.constant(real) },
    { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
    { weight: 1, arbitrary: fc.constantFrom({ $gt: '' }, ['a', 'b'], { toString: 'x' }, true, 1e308) },
  )
}
const fields = fc
  .uniqueArray(fc.constantFrom(...FIELDS), { maxLength: 6 })
  .chain((names) => fc.tuple(...names.map((name) => value(name).map((one) => [name, one] as const))))
const JSON_TYPES = ['application/json', 'application/json; charset=utf-8', 'application/json; charset=utf-7']
const TYPES = [
  'application/x-www-form-urlencoded',
  'text/plain',
  'multipart/form-data; boundary=x',
  'a/b',
  '',
]
const body = fc.oneof(
  fc.tuple(fc.constantFrom(...JSON_TYPES), fields).map(([type, all]) => ({
    type,
    sent: `{${all.map((one) => one.map((part) => JSON.stringify(part)).join(':'))}}`,
  })),
  fc.tuple(fc.constantFrom(...TYPES, ...JSON_TYPES), fields).map(([type, all]) => ({
    type,
    sent: String(new URLSearchParams(all.map(([name, one]): [string, string] => [name, wellFormed(one)]))),
  })),
  fc
    .constantFrom(
      '{',
      '[]',
      'null',
      '"x"',
      `${'['.repeat(9_000)}`,
      `{"a":"${'x'.repeat(200_000)}"}`,
      '{"a":1,"a":2}',
    )
    .map((sent) => ({ type: JSON_TYPES[0]!, sent })),
)
const wellFormed = (one: unknown) => (typeof one === 'string' ? one : JSON.stringify(one)).toWellFormed()

const token = fc.oneof(
  fc.nat(4).map((at) => ({ of: at })),
  fc.constantFrom(
    '',
    'x.y.z',
    `${HIDDEN}.a.b`,
    'ut_',
    `ut_${HIDDEN}`,
    'a'.repeat(9_000),
    `eyJhbGciOiJub25lIn0.${HIDDEN}.`,
  ),
)
const headers = fc.record(
  {
    authorization: fc.tuple(fc.constantFrom('Bearer ', 'bearer ', 'Bearer\t', 'Basic ', ''), token),
    cookie: fc.array(
      fc.tuple(fc.constantFrom('usertwo', 'usertwo-device', 'usertwo-csrf', '__Host-usertwo', 'a'), token),
      {
        maxLength: 4,
      },
    ),
    'x-csrf-token': fc.constantFrom('', HIDDEN, 'x'.repeat(300)),
    origin: fc.constantFrom('null', 'https://evil.example', 'http://127.0.0.1', `https://${HIDDEN}.example`),
    'sec-fetch-site': fc.constantFrom('same-origin', 'cross-site', 'none', 'x'),
    'x-http-method-override': fc.constantFrom('DELETE', 'PUT'),
    accept: fc.constantFrom('text/html', 'application/json', '*/*;q=9', ECHO),
    host: fc.constantFrom('evil.example', '127.0.0.1', 'a b'),
    referer: fc.constantFrom(`https://evil.example/${ECHO}`, 'x'),
    'accept-language': fc.constant(ECHO),
  },
  { requiredKeys: [] },
)
const input = fc.record({
  endpoint: fc.constantFrom(...ENDPOINTS),
  method: fc.oneof(
    { weight: 6, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: fc.constantFrom('PUT', 'HEAD', 'OPTIONS', 'PATCH') },
  ),
  tail: fc.constantFrom(
    '',
    '',
    '',
    '?next=//evil.example',
    `?next=${encodeURIComponent(ECHO)}`,
    `?token=${HIDDEN}`,
    '/',
    '%00',
    '/..',
  ),
  id: fc.constantFrom('1', '00000000-0000-4000-8000-000000000000', '%27', HIDDEN),
  headers,
  body: fc.option(body),
  address: fc.nat(60_000),
})
type Input = typeof input extends fc.Arbitrary<infer One> ? One : never

interface Seen {
  status: number
  type: string
  text: string
}

function ask({ endpoint, method, tail, id, headers: given, body: sent, address }: Input): Promise<Seen> {
  const tokenOf = (one: string | { of: number }) =>
    typeof one === 'string' ? one : wrapped.people[one.of]!.token
  const { authorization, cookie, ...others } = given
  const all: Record<string, string> = {
    ...others,
    'x-forwarded-for': `10.1.${address >> 8}.${address & 255}`,
  }
  if (authorization) all.authorization = `${authorization[0]}${tokenOf(authorization[1])}`
  if (cookie) all.cookie = cookie.map(([name, one]) => `${name}=${tokenOf(one)}`).join('; ')
  if (sent?.type) all['content-type'] = sent.type
  const text = sent?.sent ?? ''
  if (text) all['content-length'] = String(Buffer.byteLength(text))
  const path = `${endpoint.path.replace(':id', id)}${tail}`
  return new Promise((resolve, reject) => {
    const asking = request(
      { host: '127.0.0.1', port, path, method: method ?? endpoint.method, headers: all },
      (answer) => {
        let whole = ''
        answer.setEncoding('utf8').on('data', (piece) => (whole += piece))
        answer.on('end', () =>
          resolve({
            status: answer.statusCode!,
            type: answer.headers['content-type'] ?? '',
            text: `${answer.rawHeaders.join('\n')}\n\n${whole}`,
          }),
        )
      },
    )
    // A body that is too long is answered before it was read.
    asking.on('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EPIPE' || error.code === 'ECONNRESET'
        ? resolve({ status: 413, type: '', text: '' })
        : reject(error),
    )
    asking.end(text)
  })
}

test(`of ${INPUTS} requests by chance none is answered 5xx or with what it sent, and no secret is in any output`, async () => {
  expect(ENDPOINTS.length).toBeGreaterThan(25)
  const inputs = fc.sample(input, { numRuns: INPUTS, seed: SEED })
  const found: { what: string; input: Input; seen: Seen }[] = []
  const statuses = new Map<number, number>()
  let next = 0
  const lane = async () => {
    while (next < inputs.length && found.length < 5) {
      const one = inputs[next++]!
      const seen = await ask(one)
      statuses.set(seen.status, (statuses.get(seen.status) ?? 0) + 1)
      if (seen.status >= 500) found.push({ what: 'a 5xx', input: one, seen })
      if (seen.text.includes(ECHO) || (seen.type.includes('json') && seen.text.includes('<zq')))
        found.push({ what: 'an echo', input: one, seen })
      // Of an address the login page keeps what it is to go on to.
      const isInAddress = `${one.tail}${one.id}`.includes(HIDDEN)
      if (seen.text.replaceAll(KEPT, '').includes(HIDDEN) && !isInAddress)
        found.push({ what: 'a secret in an answer', input: one, seen })
    }
  }
  await Promise.all(Array.from({ length: LANES }, lane))
  console.log(
    `${inputs.length} inputs, seed ${SEED}:`,
    [...statuses]
      .sort(([a], [b]) => a - b)
      .map(([status, count]) => `${status}: ${count}`)
      .join(', '),
  )
  expect(found).toEqual([])
  expect([...statuses.keys()]).toEqual(expect.arrayContaining([200, 400, 401, 403]))
  const said = program.said()
  expect(said.split('\n').length).toBeGreaterThan(INPUTS / 2)
  for (const secret of [HIDDEN, SECRET, CODE, ...wrapped.people.map(({ token: one }) => one)])
    expect(said.includes(secret), `${secret.slice(0, 12)} in the output`).toBe(false)
  expect(program.child.exitCode).toBeNull()
}, 1_800_000)
