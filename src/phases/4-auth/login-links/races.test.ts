// Links that are used at the same moment, in two processes. RACES=200 for a longer series.
import { setTimeout as sleep } from 'node:timers/promises'
import request from 'supertest'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type AuthApp, authApp } from '../../../../test/support/auth-app.js'
import { linkApp, linkUser, nextAddress, LINK_OWNER as OWNER } from '../../../../test/support/login-links.js'
import { type MailServer, mailServer } from '../../../../test/support/mail-server.js'
import { setActive } from '../admin/disable-user.js'
import { issueLoginLink, noteLoginLink } from '../links/login-link-rows.js'
import { newToken } from '../links/one-time-token.js'
import { issueReset } from '../links/reset-token.js'

const ROUNDS = Number(process.env.RACES ?? 20)
const PATIENCE = 60_000 + ROUNDS * 1_000
const ANN = { email: 'ann@example.com', password: 'her own long one' }
let mail: MailServer
let processes: [AuthApp, AuthApp]
let ann: number

beforeAll(async () => {
  mail = await mailServer()
  const first = await linkApp(mail)
  const env = {
    AUTH_ENABLE_MAGIC_LINK: 'true',
    SMTP_URL: mail.url,
    MAIL_FROM: 'a@example.com',
    PUBLIC_URL: 'https://app.example.com',
  }
  processes = [first, await authApp({ dial: 5, url: first.url, env })]
  ann = await linkUser(first, ANN)
}, 60_000)
afterAll(async () => {
  for (const one of processes.toReversed()) await one.dispose()
  await mail.stop()
})

const post = (at: number, path: string, body: object, cookie = '') =>
  request(processes[at % 2]!.app)
    .post(`/api/auth${path}`)
    .set('X-Forwarded-For', nextAddress())
    .set(cookie ? { Cookie: cookie } : {})
    .send(body)

/** A link as it is mailed, and the cookie of the browser that asked. */
async function linkOf(user: number, email: string) {
  const { db, clock } = processes[0]
  const browser = newToken()
  const link = await noteLoginLink(db, clock, { user, email, browser })
  const token = (await issueLoginLink(db, clock, { link, email }))!
  const cookie = `usertwo-link=${browser}.Lw`
  return { use: (at: number) => post(at, '/login/link/confirm', { token }, cookie) }
}
const open = (user: number) =>
  processes[0].db('usertwo.user_sessions').where({ user_id: user }).whereNull('revoked_at')

test(
  `case 79: of four uses of one link at once in ${ROUNDS} rounds, one logs in in each`,
  async () => {
    const wrong: unknown[] = []
    for (let round = 0; round < ROUNDS; round++) {
      const [mine, hers] = [await linkOf(1, OWNER.email), await linkOf(ann, ANN.email)]
      const all = await Promise.all([0, 1, 0, 1].map((at) => mine.use(at)).concat(hers.use(0)))
      const statuses = all.map(({ status }) => status)
      const [last] = statuses.splice(-1)
      if (statuses.sort().join() !== '200,400,400,400' || last !== 200) wrong.push([round, statuses, last])
    }
    expect(wrong).toEqual([])
    expect([(await open(1)).length, (await open(ann)).length]).toEqual([ROUNDS, ROUNDS])
  },
  PATIENCE,
)

test(
  `no login by a link survives a new password or a disabled account that comes at the same time, ${ROUNDS} rounds`,
  async () => {
    const { db, clock } = processes[0]
    const first = { link: 0, other: 0 }
    for (let round = 0; round < ROUNDS; round++) {
      const link = await linkOf(ann, ANN.email)
      const token = await issueReset(db, ann, clock)
      const change = async (): Promise<void> => {
        if (round % 2) return setActive(db, ann, false)
        await post(1, '/password/reset', { token, password: ANN.password }).expect(204)
      }
      // Otherwise the change, which has less to look at, would nearly always be first.
      const [login] = await Promise.all([link.use(0), sleep(round % 16).then(change)])
      first[login.status === 200 ? 'link' : 'other']++
      expect([round, login.status, await open(ann)]).toEqual([round, login.status, []])
      await setActive(db, ann, true)
    }
    console.log(`a link against what ends it: ${JSON.stringify(first)} came first`)
  },
  PATIENCE,
)
