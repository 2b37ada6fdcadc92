import { execFileSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { ConfigError } from '../core/config-error.js'
import { parseSettings } from './settings.js'
import type { Variable } from './variable.js'
import { variables } from './variables.js'

const SECRET = 'q8Zr2mVx7Kp4Nw9Tc5Hb3Jf6Ld1Gs0Ya'
const development = { ENVIRONMENT: 'development' }
const production = {
  ENVIRONMENT: 'production',
  DATABASE_URL: 'postgres://app:hunter2@db/app',
  USERTWO_PHASE: '4',
  CORS_ORIGINS: 'https://app.example.org',
  JWT_SECRET: SECRET,
}
const problemsOf = (environment: Record<string, string | undefined>, prefix?: string) => {
  try {
    parseSettings(environment, prefix)
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.join('\n')
    throw error
  }
  return ''
}

describe('the environment', () => {
  it('is production by default, and NODE_ENV counts if ENVIRONMENT is not set', () => {
    expect(problemsOf({})).toContain('DATABASE_URL: required in production')
    expect(parseSettings({ NODE_ENV: 'test' }).ENVIRONMENT).toBe('test')
    expect(parseSettings({ NODE_ENV: 'production', ENVIRONMENT: 'test' }).ENVIRONMENT).toBe('test')
  })

  it('is at phase 0 with a printed line outside production, and is refused without a dial in production', () => {
    expect(parseSettings(development)).toMatchObject({
      USERTWO_PHASE: 0,
      notes: [expect.stringContaining('phase 0')],
    })
    expect(problemsOf({ ...production, USERTWO_PHASE: undefined })).toContain(
      'USERTWO_PHASE: required in production',
    )
  })

  it('accepts a whole production environment', () => {
    expect(problemsOf(production)).toBe('')
  })

  it.each([
    ['DATABASE_URL', 'required in production'],
    ['CORS_ORIGINS', 'required in production from phase 2'],
    ['JWT_SECRET', 'required from phase 4'],
  ])('is refused in production without %s', (name, why) => {
    expect(problemsOf({ ...production, [name]: undefined })).toContain(`${name}: ${why}`)
  })

  it('is refused in staging without CORS_ORIGINS, too, and not at work', () => {
    const without = { ...production, CORS_ORIGINS: undefined }
    expect(problemsOf({ ...without, ENVIRONMENT: 'staging' })).toContain(
      'CORS_ORIGINS: required in staging from phase 2',
    )
    for (const ENVIRONMENT of ['development', 'test'])
      expect(problemsOf({ ...without, ENVIRONMENT })).toBe('')
  })

  it('does not accept * or a path as an origin', () => {
    expect(problemsOf({ ...production, CORS_ORIGINS: '*' })).toContain('CORS_ORIGINS=*')
    expect(problemsOf({ ...production, CORS_ORIGINS: 'https://a.example/' })).toContain('CORS_ORIGINS')
  })

  it.each([
    ['PORT', '70000'],
    ['DATABASE_URL', 'mysql://db/app'],
    ['USERTWO_PHASE', '9'],
    ['USERTWO_PHASE', 'four'],
    ['LOG_LEVEL', 'loud'],
    ['TRUST_PROXY', 'yes'],
    ['TRUST_PROXY', '11'],
    ['CORS_ORIGINS', '*'],
    ['CORS_ORIGINS', 'https://a.example/x'],
    ['CORS_ORIGINS', 'https://a.example,HTTPS://B.example'],
    ['ENABLE_DEBUG_ROUTES', 'maybe'],
    ['ENABLE_INTERNAL_OPS_ROUTES', '2'],
    ['OPS_TOKEN', 'short'],
    ['REDIS_URL', 'http://cache'],
    ['JWT_SECRET', 'short'],
    ['JWT_EXPIRES_DAYS', '0'],
    ['USERTWO_CLAIM_CODE', 'short'],
    ['USERTWO_OPEN_TO_STRANGERS', 'sure'],
    ['REGISTRATION', 'everybody'],
    ['AUTH_CSRF', 'off'],
    ['COOKIE_SAMESITE', 'none'],
    ['CSRF_COOKIE_NAME', 'a b'],
    ['USER_MGMT_ENABLED', 'ja'],
    ['ENVIRONMENT', 'prod'],
  ])('is refused with %s=%s, by its name and with an example', (name, value) => {
    const said = problemsOf({ ...production, [name]: value })
    expect(said).toMatch(new RegExp(`^${name}(?:=| \\(given\\):)`, 'm'))
    expect(said).toContain(`example: ${name}=`)
  })

  it.each([
    ['USERTWO_CLAIM_CODE', 'ABCD-1234'],
    ['USERTWO_CLAIM_CODE', 'aaaaaaaa'],
    ['USERTWO_CLAIM_CODE', '12345678'],
    ['OPS_TOKEN', '0123456789abcdef0123456789abcdef'],
    ['OPS_TOKEN', 'abcdefghijklmnopqrstuvwxyzABCDEF'],
    ['JWT_SECRET', 'keyboard cat keyboard cat keyboard'],
    ['JWT_SECRET', 'qwertyuiopasdfghjklzxcvbnm1928374'],
    ['JWT_SECRET', 'the output of: openssl rand -hex 32'],
    ['JWT_SECRET', 'REPLACE_WITH_32_RANDOM_CHARACTERS!'],
    ['JWT_SECRET', 'k3k3k3k3k3k3k3k3k3k3k3k3k3k3k3k3k3k3'],
  ])('case 22: refuses %s=%s in production and staging, and lets development be', (name, secret) => {
    for (const ENVIRONMENT of ['production', 'staging']) {
      const said = problemsOf({ ...production, ENVIRONMENT, [name]: secret })
      expect(said).toContain(`${name}: weak or a placeholder`)
      expect(said.replaceAll(variables.USERTWO_CLAIM_CODE.example, '')).not.toContain(secret)
    }
    expect(problemsOf({ ...production, ...development, [name]: secret })).toBe('')
  })

  it('accepts secrets that are random, in hex, base64 and as a claim code', () => {
    for (let n = 0; n < 500; n++) {
      // As good as random, and the same in every run.
      const bytes = createHash('sha256').update(`secret ${n}`).digest()
      const code = bytes.toString('hex').slice(0, 12).toUpperCase()
      for (const secret of [bytes.toString('hex'), bytes.toString('base64'), bytes.toString('base64url')])
        expect(
          problemsOf({ ...production, JWT_SECRET: secret, USERTWO_CLAIM_CODE: code }),
          secret + code,
        ).toBe('')
    }
  })

  it.each([
    'q8Zr2mVx7KpsecretNw9Tc5Hb3Jf6Ld1Gs0Ya',
    'xSECRETb8Zr2mVx7Kp4Nw9Tc5Hb3Jf6Ld1Gs0Yq8w=',
    'Zr2mVx7Kp4Nw9Tc5Hb3JfPqwerty6Ld1Gs0Ya/Q3m+k=',
    'testnX2mVx7Kp4Nw9Tc5Hb3Jf6Ld1Gs0YaQ3mk',
  ])('takes %s, which is random and holds the letters of a placeholder by chance', (secret) => {
    expect(problemsOf({ ...production, JWT_SECRET: secret })).toBe('')
  })

  it.each([
    'changeme-changeme-changeme-changeme',
    'a'.repeat(40),
    'your-jwt-secret-your-jwt-secret-1',
    'mysupersecretjwtkeythatisverylong1',
    'MySecretKey1MySecretKey2MySecretKey3',
    'K7x-secret-9Qm2Zr5Vx8Kp1Nw4Tc6Hb3Jf',
    'Change-Me-Now-Change-Me-Now-1-2-3-4',
  ])('refuses the guessable secret %s in production', (secret) => {
    expect(problemsOf({ ...production, JWT_SECRET: secret })).toContain('JWT_SECRET: weak or a placeholder')
  })

  it('never repeats a secret', () => {
    const said = problemsOf({ ...production, JWT_SECRET: 'changeme', DATABASE_URL: 'mysql://app:hunter2@db' })
    expect(said).toContain('JWT_SECRET (given)')
    expect(said).not.toMatch(/changeme(?!-)|hunter2/)
  })

  it('does not start with logins by other providers without users, or where they do not find back to the app', () => {
    const on = { AUTH_ENABLE_OAUTH: 'true', JWT_SECRET: SECRET, USERTWO_PHASE: '4' }
    const live = { ...production, ...on, SMTP_URL: undefined }
    const at = (PUBLIC_URL?: string, more = {}) => problemsOf({ ...live, PUBLIC_URL, ...more })
    expect(at()).toContain(
      'AUTH_ENABLE_OAUTH=true: a provider sends users back to the app, and PUBLIC_URL does not',
    )
    expect(at('http://app.example.com')).toContain(
      'PUBLIC_URL=http://app.example.com is not https; set PUBLIC_URL',
    )
    expect(at('https://app.example.com')).toBe('')
    expect(at('https://app.example.com', { USER_MGMT_ENABLED: 'false' })).toContain(
      'needs users, and they are off',
    )
    expect(problemsOf({ ...development, ...on })).toBe('')
    // Below phase 4 nothing of it runs.
    expect(at(undefined, { USERTWO_PHASE: '3' })).toBe('')
  })

  it('reads the secrets of providers by their names, with the prefix first', () => {
    const env = {
      ...development,
      OAUTH_GOOGLE_CLIENT_ID: 'plain',
      JOURNAL_OAUTH_GOOGLE_CLIENT_ID: 'prefixed',
      OAUTH_GOOGLE_CLIENT_SECRET: ' ',
      OAUTH_MY_IDP_CLIENT_SECRET: 'a secret',
      OAUTH_GOOGLE_CLIENT: 'no such variable',
    }
    expect(parseSettings(env, 'JOURNAL_').oauthClients).toEqual({
      OAUTH_GOOGLE_CLIENT_ID: 'prefixed',
      OAUTH_MY_IDP_CLIENT_SECRET: 'a secret',
    })
  })

  it('does not start with passkeys where they cannot work, and names PUBLIC_URL', () => {
    const on = { AUTH_ENABLE_PASSKEYS: 'true', JWT_SECRET: SECRET, USERTWO_PHASE: '4' }
    const live = { ...production, ...on, SMTP_URL: undefined, PUBLIC_URL: undefined }
    const at = (PUBLIC_URL?: string, where: Record<string, string | undefined> = live) =>
      problemsOf({ ...where, ...(PUBLIC_URL && { PUBLIC_URL }) })
    const hint = 'set PUBLIC_URL to where people reach the app'
    for (const [url, why] of [
      [undefined, 'PUBLIC_URL names none'],
      ['app.example.com', 'PUBLIC_URL names none'],
      ['https://203.0.113.7', 'is an IP address'],
      ['https://[2001:db8::1]:8443', 'is an IP address'],
      ['http://127.0.0.1:3000', 'is an IP address'],
      ['http://app.example.com', 'is not https'],
      ['http://localhost.example.com', 'is not https'],
    ] as const) {
      expect(at(url)).toContain(why)
      expect(at(url)).toContain(hint)
    }
    for (const url of ['https://app.example.com/x', 'http://localhost:3000', 'http://app.localhost'])
      expect(at(url)).toBe('')
    const local = { ...development, ...on }
    expect(at(undefined, local)).toBe('')
    expect(at('http://127.0.0.1:3000', local)).toContain('is an IP address')
    // Below phase 4 nothing of it runs.
    expect(at(undefined, { ...live, USERTWO_PHASE: '3' })).toBe('')
  })

  it('does not start with links that log in where nothing is mailed, or without users', () => {
    const at = (env: Record<string, string>, more = {}) =>
      problemsOf({ ...env, AUTH_ENABLE_MAGIC_LINK: 'true', ...more })
    const missing =
      'SMTP_URL: required with AUTH_ENABLE_MAGIC_LINK=true: the link is mailed; example: SMTP_URL='
    expect(at(production)).toContain(missing)
    expect(at(development, { AUTH_OUTBOX: 'false' })).toContain(missing)
    expect(at(development)).toBe('')
    const mail = { SMTP_URL: 'smtp://localhost', MAIL_FROM: 'a@example.com', PUBLIC_URL: 'https://a.example' }
    expect(at(production, mail)).toBe('')
    expect(at(development, { USER_MGMT_ENABLED: 'false' })).toContain(
      'AUTH_ENABLE_MAGIC_LINK=true: needs users',
    )
  })

  it('does not start with a feature for users while they are off', () => {
    for (const name of [
      'AUTH_COOKIE_REFRESH',
      'AUTH_ENABLE_TOTP',
      'AUTH_ENABLE_PASSKEYS',
      'AUTH_ENABLE_MAGIC_LINK',
      'AUTH_ENABLE_OAUTH',
      'PRIVACY_DASHBOARD',
    ])
      expect(problemsOf({ ...development, USER_MGMT_ENABLED: 'false', [name]: 'true' })).toContain(
        `${name}=true: needs users, and they are off`,
      )
  })

  it('does not start with refresh tokens in a cookie if there are no refresh tokens', () => {
    const at = (more: Record<string, string>) => problemsOf({ ...development, ...more })
    expect(at({ AUTH_COOKIE_REFRESH: 'true' })).toContain('set TOKEN_STYLE=refresh, or leave it off')
    expect(at({ AUTH_COOKIE_REFRESH: 'true', TOKEN_STYLE: 'bearer' })).toContain('TOKEN_STYLE=bearer has no')
    expect(at({ AUTH_COOKIE_REFRESH: 'true', TOKEN_STYLE: 'refresh' })).toBe('')
    expect(at({ REFRESH_COOKIE_NAME: 'csrftoken' })).toContain('two cookies need two names')
  })

  it('gives a lost answer of a refresh some seconds in a cookie, and none in a body', () => {
    const grace = (more: Record<string, string>) =>
      parseSettings({ ...development, TOKEN_STYLE: 'refresh', ...more }).REFRESH_GRACE_SECONDS
    expect([grace({}), grace({ AUTH_COOKIE_REFRESH: 'true' })]).toEqual([0, 10])
    expect(grace({ AUTH_COOKIE_REFRESH: 'true', REFRESH_GRACE_SECONDS: '0' })).toBe(0)
  })

  it('has users from phase 4 on unless switched off, and from 6 in any case', () => {
    const at = (USERTWO_PHASE: string, more = {}) => ({
      ...development,
      JWT_SECRET: SECRET,
      USERTWO_PHASE,
      ...more,
    })
    expect(parseSettings(at('3')).USER_MGMT_ENABLED).toBe(false)
    expect(parseSettings(at('4')).USER_MGMT_ENABLED).toBe(true)
    expect(parseSettings(at('5', { USER_MGMT_ENABLED: 'off' })).USER_MGMT_ENABLED).toBe(false)
    expect(problemsOf(at('6', { USER_MGMT_ENABLED: 'false' }))).toContain('turn USERTWO_PHASE back to 5')
  })

  it('names the nearest variable for a misspelt one of usertwo, and ignores unrelated ones', () => {
    expect(problemsOf({ ...development, USERTWO_PHAS: '1' })).toContain('did you mean USERTWO_PHASE?')
    expect(problemsOf({ ...development, EDITOR: 'vi', COOKIE_JAR: 'x' })).toBe('')
  })

  it.each([
    ['TRUST_PROXIES', 'TRUST_PROXY'],
    ['REDIS_URI', 'REDIS_URL'],
    ['OPS_TOKN', 'OPS_TOKEN'],
    ['REGISTRATON', 'REGISTRATION'],
    ['DATABASE_URI', 'DATABASE_URL'],
  ])('says a line, and no more, of %s: it may be the app’s own', (given, meant) => {
    const settings = parseSettings({ ...development, [given]: '1' })
    expect(settings.notes.join()).toContain(`${given} is not a variable of usertwo; did you mean ${meant}?`)
  })

  it('does not report an app’s own variables, nor a slip next to the right name', () => {
    const own = {
      API_TOKEN: 'x',
      LOG_FILE: 'a',
      HOST: 'b',
      HOME: 'c',
      NODE_ENV: 'test',
      SECRET_KEY: 'd',
      ORIGIN: 'e',
      PGPORT: '1',
      LOG_FORMAT: 'json',
      SESSION_SECRET: 's',
    }
    expect(parseSettings({ ...development, USERTWO_PHASE: '0', ...own }).notes).toEqual([])
    expect(
      parseSettings({ ...development, USERTWO_PHASE: '0', REDIS_URI: 'x', REDIS_URL: 'redis://h' }).notes,
    ).toEqual([])
  })

  it('lets a prefixed variable win', () => {
    expect(parseSettings({ ...development, PORT: '1', JOURNAL_PORT: '2' }, 'JOURNAL_').PORT).toBe(2)
  })

  it('reports all problems together, each with an example', () => {
    const said = problemsOf({ ...production, PORT: 'http', LOG_LEVEL: 'loud', TRUST_PROXY: '-1' }).split('\n')
    expect(said).toHaveLength(3)
    for (const line of said) expect(line).toContain('example: ')
  })
})

it.each(Object.entries(variables))(
  'the example of %s satisfies its own rules',
  (name, variable: Variable) => {
    const { example } = variable
    // Run by a shell where it needs a program that every system has.
    const made = example.replace(/\$\(openssl rand -hex (\d+)\)/g, (_, bytes) =>
      randomBytes(Number(bytes)).toString('hex'),
    )
    const given = made.startsWith('$(') ? execFileSync('sh', ['-c', `echo ${made}`]).toString() : made
    const least = {
      ENVIRONMENT: 'production',
      USERTWO_PHASE: '5',
      DATABASE_URL: 'postgres://127.0.0.1/app',
      CORS_ORIGINS: 'https://app.example.com',
      JWT_SECRET: 'k3Vw9qTz7LmX2bRf8HsYc4NdJp6GuEa1',
      PUBLIC_URL: 'https://app.example.com',
      MAIL_FROM: 'no-reply@example.com',
      SMTP_URL: 'smtp://127.0.0.1',
    }
    expect(() => parseSettings({ ...least, [name]: given })).not.toThrow()
  },
)

it('an example of a secret is refused in production when it is used unchanged', () => {
  for (const [name, { example, ...variable }] of Object.entries(variables))
    if ('secret' in variable && example.startsWith('$('))
      expect(() => parseSettings({ ENVIRONMENT: 'production', USERTWO_PHASE: '0', [name]: example })).toThrow(
        name,
      )
})

it('a mail server needs an address for its links and a sender', () => {
  const given = { ENVIRONMENT: 'test', SMTP_URL: 'smtp://127.0.0.1:25', MAIL_FROM: 'a@example.com' }
  for (const PUBLIC_URL of [undefined, 'app.example.com'])
    expect(() => parseSettings({ ...given, ...(PUBLIC_URL && { PUBLIC_URL }) })).toThrow(
      /PUBLIC_URL: required with SMTP_URL/,
    )
  expect(parseSettings({ ...given, PUBLIC_URL: 'https://app.example.com/x?y' }).PUBLIC_URL).toBe(
    'https://app.example.com/x',
  )
})
