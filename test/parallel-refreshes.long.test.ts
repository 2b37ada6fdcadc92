// Parallel refreshes of one token, sent to two processes of the whole app, without a grace.
// RACES=100 npx vitest run test/parallel-refreshes
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Target } from '../proof/gate/gate.js'
import { type ComicPile, comicPile } from './support/comic-pile.js'
import { freshDatabase } from './support/postgres.js'
import { type Account, join, reader } from './support/reader.js'

const ROUNDS = Number(process.env.RACES ?? 8)
const AT_ONCE = 30
const OWNER: Account = { email: 'a@example.com', password: 'first of all the readers' }

interface Tokens {
  access_token: string
  refresh_token: string
}

let pile: ComicPile
let one: Target
let two: Target

beforeAll(async () => {
  pile = await comicPile()
  const { url, adminUrl } = await freshDatabase()
  await pile.seed(url)
  await pile.migrate({ url, adminUrl }, 4)
  const start = () => pile.start({ url, dial: 4, realTime: true, env: { TOKEN_STYLE: 'refresh' } })
  one = await start()
  two = await start()
  await join(one, OWNER, pile.claimCode)
}, 120_000)
afterAll(() => pile?.stop())

const refresh = (target: Target, refresh_token: string) =>
  reader(target).ask('POST', '/api/auth/refresh', { refresh_token })
const tokensOf = ({ json }: { json?: unknown }) => json as Tokens

test(`${AT_ONCE} refreshes of one token at once leave the login alive, ${ROUNDS} times in two processes`, async () => {
  const refused: string[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const first = await reader(one).send<Tokens>('POST', '/api/auth/login', OWNER)
    const answers = await Promise.all(
      Array.from({ length: AT_ONCE }, (_, n) => refresh(n % 2 ? one : two, first.refresh_token)),
    )
    const good = answers.filter(({ status }) => status === 200)
    const successors = new Set(good.map((answer) => tokensOf(answer).refresh_token))
    if (good.length < AT_ONCE) refused.push(`round ${round}: ${good.length} of ${AT_ONCE} succeeded`)
    expect(successors.size).toBe(1)
    const [successor] = successors as Set<string>
    const { status } = await refresh(one, successor!)
    if (status !== 200) refused.push(`round ${round}: the login is over`)
  }
  expect(refused).toEqual([])
}, 600_000)

test('a token that is shown once more after its answer ends the login, in whichever process', async () => {
  for (const there of [one, two]) {
    const first = await reader(one).send<Tokens>('POST', '/api/auth/login', OWNER)
    const second = tokensOf(await refresh(one, first.refresh_token))
    expect((await refresh(there, first.refresh_token)).status).toBe(401)
    expect((await refresh(one, second.refresh_token)).status).toBe(401)
  }
})
