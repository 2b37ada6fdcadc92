import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Clone } from '../proof/postgres/throw-away.js'
import { parseSettings } from '../src/config/settings.js'
import { ConfigError } from '../src/core/config-error.js'
import { type ComicPile, comicPile } from './support/comic-pile.js'
import { freshDatabase } from './support/postgres.js'

/**
 * Every dial with every value of the flag: `+` starts, with the layers of users; `-` starts without them;
 * else the variable that stops the start. The same in development and in production.
 */
const TABLE = `
dial  unset  true  false
0     -      -     -
1     -      -     -
2     -      -     -
3     -      -     -
4     +      +     -
5     +      +     -
6     +      +     USER_MGMT_ENABLED
7     +      +     USER_MGMT_ENABLED
8     +      +     USER_MGMT_ENABLED`

const SECRET = 'q8Zr2mVx7Kp4Nw9Tc5Hb3Jf6Ld1Gs0Ya'
const PRODUCTION = { CORS_ORIGINS: 'https://app.example.com', TRUST_PROXY: '1' }

interface Combination {
  environment: 'development' | 'production'
  dial: number
  flag: 'unset' | 'true' | 'false'
  expected: string
}

const [, ...flags] = TABLE.trim().split('\n')[0]!.split(/\s+/) as Combination['flag'][]
const combinations = TABLE.trim()
  .split('\n')
  .slice(1)
  .flatMap((line) => {
    const [dial, ...cells] = line.split(/\s+/)
    return cells.flatMap((expected, at): Combination[] =>
      (['development', 'production'] as const).map((environment) => ({
        environment,
        dial: Number(dial),
        flag: flags[at]!,
        expected,
      })),
    )
  })
const stopped = ({ expected }: Combination) => expected.length > 1

/** All that such a start needs, and nothing more. */
function variablesOf({ environment, dial, flag }: Combination): Record<string, string> {
  return {
    ENVIRONMENT: environment,
    USERTWO_PHASE: String(dial),
    DATABASE_URL: 'postgres://pile@127.0.0.1/pile',
    ...(flag !== 'unset' && { USER_MGMT_ENABLED: flag }),
    ...(dial >= 4 && flag !== 'false' && { JWT_SECRET: SECRET }),
    ...(environment === 'production' && dial >= 2 && { CORS_ORIGINS: PRODUCTION.CORS_ORIGINS }),
  }
}

function problemsOf(given: Record<string, string>): string[] {
  try {
    parseSettings(given)
    return []
  } catch (error) {
    if (error instanceof ConfigError) return [...error.problems]
    throw error
  }
}

test('the table has every combination', () => {
  expect(combinations).toHaveLength(9 * 3 * 2)
})

describe.each(combinations)('dial $dial, USER_MGMT_ENABLED $flag, $environment', (one) => {
  const given = variablesOf(one)

  test(stopped(one) ? `is stopped by ${one.expected}, and says what to do` : 'is legal', () => {
    const problems = problemsOf(given)
    if (!stopped(one)) return expect(problems).toEqual([])
    expect(problems).toHaveLength(1)
    expect(problems[0]).toMatch(new RegExp(`^${one.expected}=false: .*turn USERTWO_PHASE back to 5 or lower`))
  })

  test('says of each variable it needs, when it is gone, its name', () => {
    const needed = [
      ...('JWT_SECRET' in given ? ['JWT_SECRET'] : []),
      ...('CORS_ORIGINS' in given ? ['CORS_ORIGINS'] : []),
      ...(one.environment === 'production' ? ['DATABASE_URL', 'USERTWO_PHASE'] : []),
    ]
    for (const name of needed) {
      const { [name]: _, ...rest } = given
      const problems = problemsOf(rest).join('\n')
      expect(problems, name).toMatch(new RegExp(`^${name}: required`, 'm'))
      expect(problems).not.toContain(SECRET)
    }
  })
})

describe('comic-pile', () => {
  let pile: ComicPile
  let database: Clone
  beforeAll(async () => {
    pile = await comicPile()
    database = await freshDatabase()
    await pile.seed(database.url)
    await pile.migrate(database, 8)
  }, 180_000)
  afterAll(() => pile?.stop())

  const start = (one: Combination, env: Record<string, string> = {}) => {
    const { DATABASE_URL: _, JWT_SECRET: __, ...rest } = variablesOf(one)
    return pile.start({
      url: database.url,
      dial: one.dial,
      env: { ...rest, ...(one.environment === 'production' && PRODUCTION), ...env },
    })
  }
  // Parsing is tried for all of them above; a start takes seconds, and these have each boundary on both of
  // its sides.
  const corners = combinations.filter(({ environment, dial, flag }) =>
    environment === 'production'
      ? [0, 3, 4, 8].includes(dial) && flag === 'unset'
      : flag !== 'unset' && dial >= 3 && dial <= 6,
  )

  test.each(corners.filter((one) => !stopped(one)))(
    'starts at dial $dial with USER_MGMT_ENABLED $flag in $environment',
    async (one) => {
      const app = await start(one)
      expect((await app.ask('GET', '/health')).status).toBe(200)
      const body = { email: 'unknown@example.com', password: 'not the right one' }
      const login = await app.ask('POST', '/api/auth/login', {
        body,
        headers: { origin: PRODUCTION.CORS_ORIGINS },
      })
      expect(login.status === 404 ? '-' : '+', login.body).toBe(one.expected)
      await app.stop()
    },
  )

  test.each(corners.filter(stopped))(
    'does not start at dial $dial with USER_MGMT_ENABLED $flag in $environment, and names it',
    async (one) => {
      await expect(start(one)).rejects.toThrow(
        /the app ended \(exit code 1\)[\s\S]*USER_MGMT_ENABLED=false: from phase 6/,
      )
    },
  )

  test('does not start in production below 6 once there are other users, unless that is wanted', async () => {
    const eight = await start({ environment: 'development', dial: 8, flag: 'unset', expected: '+' })
    for (const [name, more] of [
      ['owner', { claim_code: pile.claimCode }],
      ['other', {}],
    ] as const) {
      const body = { email: `${name}@example.com`, password: 'a long one for each of the two', ...more }
      const { status, body: said } = await eight.ask('POST', '/api/auth/register', { body })
      expect(status, said).toBe(202)
    }
    await eight.stop()
    const five: Combination = { environment: 'production', dial: 5, flag: 'unset', expected: '+' }
    await expect(start(five)).rejects.toThrow(
      /USERTWO_PHASE=5: below 6 every client[\s\S]*1 person[\s\S]*USERTWO_OPEN_TO_STRANGERS=true/,
    )
    await expect(start({ ...five, dial: 2 })).rejects.toThrow(/USERTWO_PHASE=2: below 6 every client/)
    await (await start(five, { USERTWO_OPEN_TO_STRANGERS: 'true' })).stop()
    await (await start({ ...five, environment: 'development' })).stop()
    await (await start({ ...five, dial: 6 })).stop()
  })
})
