import { expect, test } from 'vitest'
import { parseConfig } from '../../src/config/config.js'
import { STEPS, skippedLines, standing, standingLines, stepsOf } from './steps.js'

const config = parseConfig({
  app: { start: ['node', 'a.js'], env: { JOURNAL_TOKEN_STYLE: 'refresh' } },
  owner: { id: 1 },
  users: { table: 'users' },
  prefix: 'JOURNAL_',
})
const SECRET = 'q8Zr2mVx7Kp4Nw9Tc5Hb3Jf6Ld1Gs0Ya'
const development = { ENVIRONMENT: 'development', JWT_SECRET: SECRET }
/** What the steps up to this one set, the dial left out. */
const upTo = (name: string) => {
  const set = STEPS.slice(0, STEPS.findIndex((step) => step.name === name) + 1).map((step) => step.set)
  const { USERTWO_PHASE: dial = '0', ...flags } = Object.assign({}, ...set) as Record<string, string>
  return { dial: Number(dial), flags: { ...development, ...flags } }
}

test('each step in its order is followed by the next, and nothing was skipped', () => {
  expect(STEPS.map(({ name }) => name)).toEqual(
    'schema login rotation ownership web cookie metrics'.split(' '),
  )
  expect(standing(config, development, 2)).toMatchObject({ raised: [], skipped: [], next: STEPS[0] })
  STEPS.forEach((step, at) => {
    const { dial, flags } = upTo(step.name)
    const now = standing(config, flags, dial)
    expect(now).toEqual({
      raised: STEPS.slice(0, at + 1).map(({ name }) => name),
      skipped: [],
      next: STEPS[at + 1] ?? null,
      missing: [],
    })
    expect(skippedLines(now)).toEqual([])
    const next = STEPS[at + 1]
    const said = standingLines(now, 'development').join('\n')
    expect(said).toContain(next ? `its gate: ${next.gate}\n` : 'all raised')
    expect(said).toContain(next ? `its back-out: ${next.backout}\n` : 'metrics')
  })
})

test('every later step without one before it is named, by whichever name its flag is set', () => {
  for (const [at, left] of STEPS.entries())
    for (const later of STEPS.slice(at + 1)) {
      if (left.set.USERTWO_PHASE && later.set.USERTWO_PHASE) continue
      const { dial, flags } = upTo(later.name)
      const own = Object.fromEntries(Object.entries(flags).map(([name, value]) => [`JOURNAL_${name}`, value]))
      const without = Object.fromEntries(
        Object.entries(own).filter(([name]) => !(name.slice('JOURNAL_'.length) in left.set)),
      )
      const before = Math.max(0, ...STEPS.slice(0, at).map(({ set }) => Number(set.USERTWO_PHASE ?? 0)))
      const now = standing(config, without, left.set.USERTWO_PHASE ? before : dial)
      expect(
        now.skipped.map(({ name }) => name),
        `${later.name} without ${left.name}`,
      ).toContain(left.name)
      expect(skippedLines(now)[0]).toMatch(new RegExp(`^\\w+ was skipped: ${now.raised.at(-1)} is raised`))
    }
})

test('what the next step lacks is what a start with it would say there', () => {
  const lacks = (env: Record<string, string>, dial: number, of = config) =>
    standing(of, env, dial).missing.join('\n')
  expect(lacks({ ENVIRONMENT: 'staging' }, 2)).toContain('CORS_ORIGINS: required in staging')
  expect(lacks({ ENVIRONMENT: 'development', JOURNAL_USERTWO_PHASE: '3' }, 3)).toContain(
    'JWT_SECRET: required',
  )
  const production = {
    ENVIRONMENT: 'production',
    DATABASE_URL: 'postgres://app@127.0.0.1/app',
    CORS_ORIGINS: 'https://app.example.com',
    JWT_SECRET: SECRET,
  }
  const demo = parseConfig({ ...config, demo: {} })
  expect(lacks(production, 0)).toBe('')
  expect(lacks(production, 0, demo)).toContain('USERTWO_PHASE=3: in production the demo login')
  expect(lacks(production, 3, demo)).toBe('')
})

test('an app without refresh tokens has the steps of the dial, and sets other flags at any time', () => {
  const plain = parseConfig({ ...config, app: { start: ['node', 'a.js'] } })
  const names = (of: typeof plain, env: Record<string, string>) => stepsOf(of, env).map(({ name }) => name)
  expect(names(config, {})).toHaveLength(STEPS.length)
  expect(names(plain, { TOKEN_STYLE: 'refresh' })).toHaveLength(STEPS.length)
  expect(names(plain, { JOURNAL_AUTH_COOKIE_REFRESH: 'true' })).toHaveLength(STEPS.length)
  expect(names(plain, { TOKEN_STYLE: 'bearer', METRICS: 'true' })).toEqual(
    'schema login ownership web'.split(' '),
  )
  const now = standing(plain, { ...development, METRICS: 'true' }, 4)
  expect(now).toMatchObject({ raised: ['schema', 'login'], skipped: [], next: { name: 'ownership' } })
})
