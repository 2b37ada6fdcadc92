import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { redact } from './redact.js'
import { redactText } from './redact-text.js'
import { isSecretName } from './secret-names.js'
import { makeSecretsInFlight, secretsInFlight } from './secrets-in-flight.js'

const CANARY = 'zebra-7Qx!kiwi'
const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.dBjftJeZ4CVPmB92K27uhbUJU1p1r_wW1g'

describe('redact', () => {
  it('replaces secrets by key at any depth, in any spelling', () => {
    let deep: unknown = { 'Client-Secret': CANARY }
    for (let i = 0; i < 12; i++) deep = { in: [deep] }
    const keys = [
      'Authorization',
      'cookie',
      'Set-Cookie',
      'PASSWORD',
      'secret',
      'token',
      'access_token',
      'refreshToken',
      'api_key',
      'x-api-key',
      'new_password',
      'password_confirmation',
      'clientSecret',
    ]
    const all = Object.fromEntries(keys.map((key) => [key, CANARY]))
    expect(JSON.stringify(redact([deep, all]))).not.toContain('zebra')
    expect(keys.every(isSecretName)).toBe(true)
  })

  it('leaves keys alone that only resemble one', () => {
    expect(redact({ tokens_used: 5, session_id: 7, title: 'The Secret Six' })).toEqual({
      tokens_used: 5,
      session_id: 7,
      title: 'The Secret Six',
    })
  })

  it('survives circles, throwing getters, proxies, buffers and huge inputs', () => {
    const circle: Record<string, unknown> = { bytes: Buffer.from(CANARY) }
    circle.self = circle
    Object.defineProperty(circle, 'trap', {
      enumerable: true,
      get: () => {
        throw new Error(CANARY)
      },
    })
    circle.proxy = new Proxy(
      {},
      {
        ownKeys: () => {
          throw new Error(CANARY)
        },
      },
    )
    circle.huge = Array.from({ length: 100_000 }, () => ({ a: 1 }))
    const text = JSON.stringify(redact(circle))
    expect(text).not.toContain('zebra')
    expect(text).toContain('[circular]')
    expect(text.length).toBeLessThan(100_000)
  })

  it('keeps name, message, stack and cause of an error, without the secrets in them', () => {
    const error = new Error(`login failed: password=${CANARY}`, {
      cause: new Error(`postgres://app:${CANARY}@db/x`),
    })
    const text = JSON.stringify(redact({ err: error }))
    expect(text).toContain('login failed')
    expect(text).toContain('redact.test')
    expect(text).not.toContain('zebra')
  })

  it('masks the value after its name in a flat list of raw headers', () => {
    expect(redact(['Host', 'x', 'Cookie', `a=${CANARY}`])).toEqual(['Host', 'x', 'Cookie', '[redacted]'])
  })

  it('writes out line breaks, ANSI and direction characters', () => {
    expect(redact({ name: 'a\nINFO forged\u001b[31m\u202e' })).toEqual({
      name: 'a\\nINFO forged\\u001b[31m\\u202e',
    })
  })
})

describe('redactText', () => {
  const json = JSON.stringify({ user: 'ann', password: `${CANARY}"\\x`, n: 1 })
  const twice = JSON.stringify({ body: json })
  const texts: Record<string, string> = {
    json,
    'JSON in JSON': twice,
    'JSON in JSON in JSON': JSON.stringify({ message: twice }),
    form: `a=1&password=${encodeURIComponent(CANARY)}&b=2`,
    'form field in brackets': `user[password]=${CANARY}&b=2`,
    'escaped form field': `user%5Bpassword%5D=${CANARY}&b=2`,
    'URL-escaped JSON': encodeURIComponent(json),
    'key=value': `connecting with api_key=${CANARY}, retry 3`,
    inspected: inspect(
      { a: { headers: { authorization: `Basic ${CANARY}`, cookie: `a=${CANARY}; b=${CANARY}` } } },
      { depth: 9 },
    ),
    'JSON in an object that is inspected': inspect({
      data: JSON.stringify({ password: `it's "a" ${CANARY}` }),
    }),
    'JSON with an escaped backslash at its end': JSON.stringify({ password: `${CANARY}\\`, n: 1 }),
    'inspected in colour': inspect({ password: CANARY }, { colors: true }),
    'inspected raw headers': inspect({ rawHeaders: ['Cookie', `a=1; b=${CANARY}`] }),
    'raw header lines': `GET / HTTP/1.1\r\nCookie: a=1; b=${CANARY}\r\nHost: x`,
    'array value': JSON.stringify({ 'set-cookie': [`a=${CANARY}; Path=/`, `b=${CANARY}`] }),
    'connection string': `postgres://app:${CANARY}@localhost:5432/app`,
    'connection string with @': `postgres://app:p@${CANARY}@localhost/app`,
    'connection string cut at @': `connecting to postgres://app:${CANARY}`,
    'connection string in a URL': encodeURIComponent(`postgres://app:${CANARY}@h/d`),
    bearer: `Authorization header was Bearer ${CANARY.replace('!', '.')}`,
    cookie: `sent connect.sid=${CANARY}; theme=dark`,
  }
  for (const [kind, text] of Object.entries(texts))
    it(`masks a secret in ${kind}`, () => {
      const masked = redactText(text)
      expect(masked).not.toMatch(/zebra|kiwi/)
      expect(masked).toContain('[redacted]')
    })

  it('leaves JSON valid and its other members as they were', () => {
    expect(JSON.parse(redactText(json))).toEqual({ user: 'ann', password: '[redacted]', n: 1 })
    expect(JSON.parse(JSON.parse(redactText(twice)).body)).toEqual({
      user: 'ann',
      password: '[redacted]',
      n: 1,
    })
  })

  it('does not mask a key as a value: the text after a name and a comma may be the next member', () => {
    const entry = JSON.stringify({ query: 'token', status: 200, body: { names: ['a', 'password'] } })
    expect(redactText(entry)).toBe(entry)
    expect(redactText(JSON.stringify({ body: entry }))).toBe(JSON.stringify({ body: entry }))
    expect(redactText(inspect({ query: 'token', 'the-status': 200 }))).toContain("'the-status': 200")
  })

  it('masks web tokens anywhere', () => {
    expect(redactText(`x${JWT}y ${encodeURIComponent(JWT)}`)).not.toContain('dBjft')
  })

  it('leaves ordinary text alone', () => {
    for (const text of [
      'Token ring and Basic usage',
      'listening on postgres://localhost:5432/app',
      'GET /a?b=1&c=2 200',
      '{"session_id":5,"title":"Secret Wars"}',
      'token: null',
    ])
      expect(redactText(text)).toBe(text)
  })

  it('masks the secrets of a request in flight, in every common form, until shortly after it ended', () => {
    let time = 0
    const flights = makeSecretsInFlight(() => time)
    const value = 'pa ss"wo/rd+42'
    const release = flights.hold({ secrets: [value], unprintable: [] })
    const forms = [
      value,
      encodeURIComponent(value),
      JSON.stringify(value),
      Buffer.from(value).toString('base64'),
    ]
    for (const form of forms) expect(redactText(`failed for ${form} here`, flights)).toContain('[redacted]')
    release()
    expect(redactText(`late ${value}`, flights)).toContain('[redacted]')
    time = 60_000
    expect(redactText(`much later ${value}`, flights)).not.toContain('[redacted]')
  })

  it('masks a secret of several requests until shortly after the last of them ended', () => {
    let time = 0
    const flights = makeSecretsInFlight(() => time)
    const found = { secrets: ['k3y-of-several'], unprintable: ['two\nlines'] }
    const isMasked = () => {
      const text = redactText('late k3y-of-several and two\nlines', flights)
      expect(text.includes('[redacted]')).toBe(!text.includes('two\nlines'))
      return text.includes('[redacted]')
    }
    const [first, second] = [flights.hold(found), flights.hold(found)]
    first()
    time = 60_000
    expect(isMasked()).toBe(true)
    second()
    expect(isMasked()).toBe(true)
    time = 120_000
    expect(isMasked()).toBe(false)
    // The text was not masked while the request was in flight.
    flights.hold(found)()
    expect(isMasked()).toBe(true)
    time = 180_000
    expect(isMasked()).toBe(false)
  })

  it('masks secrets that were found while the request was served, and at its end', () => {
    let time = 0
    const flights = makeSecretsInFlight(() => time)
    const secrets: string[] = []
    const release = flights.watch(() => ({ secrets, unprintable: [], final: false }))
    expect(redactText('of the-body-so-far', flights)).not.toContain('[redacted]')
    secrets.push('the-body-so-far')
    expect(redactText('of the-body-so-far', flights)).toContain('[redacted]')
    release({ secrets: [...secrets, 'the-rest-of-it'], unprintable: [], final: true })
    for (const one of ['the-body-so-far', 'the-rest-of-it'])
      expect(redactText(`late ${one}`, flights)).toContain('[redacted]')
    time = 60_000
    for (const one of ['the-body-so-far', 'the-rest-of-it'])
      expect(redactText(`much later ${one}`, flights)).not.toContain('[redacted]')
  })

  it('takes linear time on hostile input', () => {
    for (const one of [
      'password',
      'a',
      '"',
      '\\',
      'eyJ',
      'token="',
      'postgres://',
      '[',
      'cookie:{',
      'Bearer ',
    ]) {
      const started = process.cpuUsage()
      redactText(one.repeat(Math.floor(250_000 / one.length)))
      // Of the processor: on a busy machine the clock counts the work of others.
      expect(process.cpuUsage(started).user / 1000, one).toBeLessThan(1_500)
    }
  })
})

it.each([
  ['a quote', `p"w-of-the-user`],
  ['an apostrophe and a quote', `p"w's-of-the-user`],
  ['all quotes', `p"w's\`-of-the-user`],
  ['a backslash', 'p\\w-of-the-user'],
])('masks a value with %s wherever an object with it is inspected', (_what, value) => {
  const release = secretsInFlight.hold({ secrets: [value], unprintable: [] })
  const data = JSON.stringify({ of: value, note: "it's" })
  for (const printed of [{ value }, { data }, { config: { data } }, [`said "${value}" and 'that'`]])
    expect(redactText(inspect(printed))).toContain('[redacted]')
  release()
})
