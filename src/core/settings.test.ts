import { describe, expect, it } from 'vitest'
import { ConfigError } from './config-error.js'
import { parseSettings } from './settings.js'

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
  it('is production where nobody says otherwise, and NODE_ENV counts where ENVIRONMENT is not set', () => {
    expect(problemsOf({})).toContain('DATABASE_URL: required in production')
    expect(parseSettings({ NODE_ENV: 'test' }).ENVIRONMENT).toBe('test')
    expect(parseSettings({ NODE_ENV: 'production', ENVIRONMENT: 'test' }).ENVIRONMENT).toBe('test')
  })

  it('stands at phase 0 with a printed line outside production, and is refused without a dial in it', () => {
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

  it('does not take * or a path for an origin', () => {
    expect(problemsOf({ ...production, CORS_ORIGINS: '*' })).toContain('CORS_ORIGINS=*')
    expect(problemsOf({ ...production, CORS_ORIGINS: 'https://a.example/' })).toContain('CORS_ORIGINS')
  })

  it.each(['changeme-changeme-changeme-changeme', 'a'.repeat(40), 'your-jwt-secret-your-jwt-secret-1'])(
    'refuses the guessable secret %s in production',
    (secret) => {
      expect(problemsOf({ ...production, JWT_SECRET: secret })).toContain('JWT_SECRET: weak or a placeholder')
    },
  )

  it('never repeats a secret', () => {
    const said = problemsOf({ ...production, JWT_SECRET: 'changeme', DATABASE_URL: 'mysql://app:hunter2@db' })
    expect(said).toContain('JWT_SECRET (given)')
    expect(said).not.toMatch(/changeme(?!-)|hunter2/)
  })

  it('has users from phase 4 on unless told otherwise, and from 6 in any case', () => {
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

  it('names the nearest variable for a misspelt one of ours, and leaves strangers alone', () => {
    expect(problemsOf({ ...development, USERTWO_PHAS: '1' })).toContain('did you mean USERTWO_PHASE?')
    expect(problemsOf({ ...development, EDITOR: 'vi', COOKIE_JAR: 'x' })).toBe('')
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
