// Key/value settings, upserted by their key: from the bare folder through init, two users at once.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { lay, usertwo } from './init/play.mjs'
import { build, built } from './support/built.js'

const KEYS = 10
const MISSING = 'not-there'
type Member = Awaited<ReturnType<typeof import('../proof/testing/index.js').twoUsers>>['owner']

beforeAll(build, 120_000)

describe('settings by their key, after init --yes', () => {
  let app: { folder: string; remove(): void }
  let users: Awaited<ReturnType<typeof import('../proof/testing/index.js').twoUsers>>

  beforeAll(async () => {
    app = await lay('settings-by-key')
    const { code, stdout, stderr } = await usertwo(app.folder, 'init', '--yes')
    expect(code, stdout + stderr).toBe(0)
    const { twoUsers } = await built<typeof import('../proof/testing/index.js')>('proof/testing/index.js')
    users = await twoUsers({ config: app.folder, env: { RATE_LIMIT_ENABLED: 'false' } })
  }, 180_000)
  afterAll(async () => {
    await users?.stop()
    app?.remove()
  })

  test('400 requests of two users at once: each upserts and reads their own value of every key', async () => {
    const { ask, owner, other } = users
    const counted = { requests: 0, own: 0, foreign: 0, missing: 0, other: 0 }
    const of = (who: Member, key: string) => `${key} of ${who.id}`
    const count = ({ status, json }: { status: number; json?: unknown }, who: Member, key: string) => {
      counted.requests++
      const { value } = (json ?? {}) as { value?: string }
      if (status === 404) counted.missing++
      else if (status !== 200) counted.other++
      else counted[value === of(who, key) ? 'own' : 'foreign']++
    }
    for (let round = 0; round < 10; round++)
      await Promise.all(
        [owner, other].flatMap((who) =>
          Array.from({ length: KEYS - 1 }, (_, n) => `key-${n}`).flatMap((key) => [
            ask('PUT', `/settings/${key}`, { as: who, body: { value: of(who, key) } })
              .then((answer) => count(answer, who, key))
              .then(() => ask('GET', `/settings/${key}`, { as: who }))
              .then((answer) => count(answer, who, key)),
          ]),
        ),
      )
    for (let n = 0; n < 20; n++)
      for (const who of [owner, other]) count(await ask('GET', `/settings/${MISSING}`, { as: who }), who, '')
    expect(counted).toEqual({ requests: 400, own: 360, foreign: 0, missing: 40, other: 0 })
  })

  test('an upsert on the name of a constraint is each user’s own, too', async () => {
    const { ask, owner, other } = users
    const put = (as: Member, title: string) => ask('PUT', '/links/home', { as, body: { title } })
    await Promise.all([put(owner, 'of the owner'), put(other, 'of the other')])
    const titles = async (as: Member) => (await ask('GET', '/links', { as })).json
    expect(await titles(owner)).toEqual([expect.objectContaining({ slug: 'home', title: 'of the owner' })])
    expect(await titles(other)).toEqual([expect.objectContaining({ slug: 'home', title: 'of the other' })])
  })
})
