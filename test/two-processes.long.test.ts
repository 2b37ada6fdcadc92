import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Target } from '../proof/gate/gate.js'
import { type ComicPile, comicPile } from './support/comic-pile.js'
import type { Thread } from './support/pile-days.js'
import { freshDatabase } from './support/postgres.js'
import { type Account, join, login, type Reader, reader } from './support/reader.js'

const PEOPLE = 40
const ROUNDS = 4
const SESSION = '/api/sessions/current/'
/** The app's own pool has ten; on two, people meet on every connection. */
const POOL_OF_TWO = { file: 'server/db.js', find: 'max: 10', replace: 'max: 2' }
const OWNER: Account = { email: 'a@example.com', password: 'first of all the readers' }

let pile: ComicPile
let one: Target
let two: Target

beforeAll(async () => {
  pile = await comicPile()
  const { url, adminUrl } = await freshDatabase()
  await pile.seed(url)
  await pile.migrate({ url, adminUrl }, 8)
  const start = () => pile.start({ url, dial: 8, realTime: true, edits: [POOL_OF_TWO] })
  one = await start()
  two = await start()
  await join(one, OWNER, pile.claimCode)
}, 120_000)
afterAll(() => pile?.stop())

test('a logout in one process is known to the very next request in the other', async () => {
  for (let round = 0; round < 4; round++) {
    const token = await login(one, OWNER)
    const [here, there] = [reader(one, { token }), reader(two, { token })]
    expect((await there.ask('GET', '/api/threads/')).status).toBe(200)
    expect((await here.ask('POST', '/api/auth/logout')).status).toBe(204)
    const answer = await there.ask('GET', '/api/threads/')
    expect(answer.status).toBe(401)
    expect(answer.json).toMatchObject({ code: 'authentication_required' })
    expect((await here.ask('GET', '/api/threads/')).status).toBe(401)
  }
})

test('forty people at once, each process with a pool of two, see and change only their own', async () => {
  const people = await inTurns(PEOPLE, async (n) => {
    const token = await join(n % 2 ? one : two, {
      email: `p${n}@example.com`,
      password: `reader number ${n}`,
    })
    return { mark: `of-p${n}-`, in: [reader(one, { token }), reader(two, { token })] as const }
  })
  let answers = 0
  await Promise.all(
    people.map(async ({ mark, in: processes }) => {
      const own: number[] = []
      for (let round = 0; round < ROUNDS; round++) {
        const [here, there] = round % 2 ? processes : ([...processes].reverse() as [Reader, Reader])
        const title = `${mark}${round}`
        const { id } = await here.send<Thread>('POST', '/api/threads/', {
          title,
          format: 'Comic',
          issues_remaining: 9,
        })
        own.push(id)
        const [mine, rolled] = await Promise.all([
          there.get<Thread[]>('/api/threads/'),
          there.send<{ title: string }>('POST', '/api/roll/'),
          here.get(SESSION),
          there.send('PUT', `/api/queue/threads/${id}/front/`),
          here.send('PUT', `/api/threads/${id}`, { notes: mark }),
        ])
        expect(mine.map((thread) => thread.id).sort((a, b) => a - b)).toEqual(own)
        expect(mine.every((thread) => thread.title.startsWith(mark))).toBe(true)
        expect(rolled.title.startsWith(mark)).toBe(true)
        answers += 6
      }
      const positions = (await processes[0].get<Thread[]>('/api/threads/')).map((thread) => thread.position)
      expect(Math.max(...positions)).toBeLessThanOrEqual(ROUNDS * 2)
    }),
  )
  expect(answers).toBe(PEOPLE * ROUNDS * 6)
  const owners = await reader(one, { token: await login(one, OWNER) }).get<Thread[]>('/api/threads/')
  expect(owners.filter(({ title }) => title.startsWith('of-p'))).toEqual([])
  expect(owners).toHaveLength(20)
}, 90_000)

/** A few at a time: hashing a password takes a whole processor. */
async function inTurns<Made>(count: number, work: (n: number) => Promise<Made>): Promise<Made[]> {
  const made: Made[] = []
  let next = 0
  const worker = async () => {
    while (next < count) {
      const n = next++
      made[n] = await work(n)
    }
  }
  await Promise.all([worker(), worker(), worker(), worker()])
  return made
}
