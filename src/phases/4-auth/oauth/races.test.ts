// Callbacks and removals at the same moment, in two processes. RACES=200 for a longer series.
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { SmallProvider } from '../../../../proof/checks/4-auth/oauth/small-provider.js'
import type { AuthApp } from '../../../../test/support/auth-app.js'
import {
  given,
  OAUTH_OWNER,
  oauthApp,
  oauthVisitor,
  smallProviders,
} from '../../../../test/support/oauth-app.js'
import { setActive } from '../admin/disable-user.js'

const ROUNDS = Number(process.env.RACES ?? 20)
const PATIENCE = 60_000 + ROUNDS * 1_000
let alpha: SmallProvider
let processes: [AuthApp, AuthApp]

beforeAll(async () => {
  ;({ alpha } = await smallProviders('alpha'))
  const first = await oauthApp([given('alpha', alpha)])
  processes = [first, await oauthApp([given('alpha', alpha)], { url: first.url })]
}, 60_000)
afterAll(async () => {
  for (const one of processes.toReversed()) await one.dispose()
  await alpha.close()
})

const [here, there] = [0, 1]
/** The flow cookie of a browser, for a second process. */
const cookieOf = (visitor: ReturnType<typeof oauthVisitor>) => {
  const where = { path: '/', domain: '127.0.0.1', secure: false, script: false }
  return `usertwo-oauth=${visitor.agent.jar.getCookie('usertwo-oauth', where)!.value}`
}
const logins = (user: number) =>
  processes[0].db('usertwo.user_sessions').where({ user_id: user }).whereNull('revoked_at')

test(
  `case 93: of two callbacks with one state at once in ${ROUNDS} rounds, one logs in in each`,
  async () => {
    for (let round = 0; round < ROUNDS; round++) {
      alpha.user = { sub: `state-${round}`, email: `state${round}@example.com`, email_verified: true }
      const visitor = oauthVisitor(processes[here]!)
      const callback = await visitor.visit(alpha, 'alpha')
      const cookie = cookieOf(visitor)
      const answers = await Promise.all(
        processes.map((one) => oauthVisitor(one).get(callback).set('Cookie', cookie)),
      )
      const locations = answers.map(({ headers }) => headers.location!).sort()
      expect(locations).toEqual(['/', '/auth/login?provider=alpha&outcome=over'])
      const [{ id }] = await processes[0].db('users').where({ email: alpha.user.email! })
      expect(await logins(id)).toHaveLength(1)
    }
  },
  PATIENCE,
)

test(
  `of two first arrivals of one user at once in ${ROUNDS} rounds, one makes the account of both in each`,
  async () => {
    for (let round = 0; round < ROUNDS; round++) {
      alpha.user = { sub: `first-${round}`, email: `first${round}@example.com`, email_verified: true }
      const visitors = processes.map((one) => oauthVisitor(one))
      const callbacks = await Promise.all(visitors.map((visitor) => visitor.visit(alpha, 'alpha')))
      const answers = await Promise.all(visitors.map((visitor, at) => visitor.get(callbacks[at]!)))
      expect(answers.map(({ headers }) => headers.location)).toEqual(['/', '/'])
      const people = await Promise.all(visitors.map((visitor) => visitor.me()))
      expect(people[0]!.id).toBe(people[1]!.id)
      expect(await processes[0].db('users').where({ email: alpha.user.email! })).toHaveLength(1)
      expect(await processes[0].db('usertwo.identities').where({ sub: alpha.user.sub })).toHaveLength(1)
    }
  },
  PATIENCE,
)

test(
  `case 98: of the last two ways in, unlinked at once in ${ROUNDS} rounds, one stays in each`,
  async () => {
    alpha.user = { sub: 'ways', email: 'ways@example.com', email_verified: true }
    const visitor = oauthVisitor(processes[here]!)
    await visitor.comeBy(alpha, 'alpha')
    const { id: user } = (await visitor.me())!
    const { db, clock } = processes[0]
    for (let round = 0; round < ROUNDS; round++) {
      await db('usertwo.identities').where({ user_id: user }).delete()
      const made = await db('usertwo.identities')
        .insert(
          [0, 1].map((n) => ({
            id: `00000000-0000-4000-8000-${String(round * 2 + n).padStart(12, '0')}`,
            user_id: user,
            provider: 'alpha',
            iss: alpha.issuer,
            sub: `way-${round}-${n}`,
            created_at: clock.now(),
          })),
        )
        .returning('id')
      const answers = await Promise.all(
        made.map(({ id }: { id: string }) => visitor.remove(`/api/auth/oauth/identities/${id}`)),
      )
      expect(answers.map(({ status }) => status).sort()).toEqual([204, 400])
      expect(await db('usertwo.identities').where({ user_id: user })).toHaveLength(1)
    }
  },
  PATIENCE,
)

test(
  `an account that is disabled during its callback in ${ROUNDS} rounds has no open login afterwards`,
  async () => {
    const { db } = processes[0]
    alpha.user = { sub: 'owner' }
    const owner = oauthVisitor(processes[here]!)
    await owner.logIn(OAUTH_OWNER)
    await owner.linkTo(alpha, 'alpha')
    for (let round = 0; round < ROUNDS; round++) {
      const visitor = oauthVisitor(processes[there]!)
      const callback = await visitor.visit(alpha, 'alpha')
      await Promise.all([
        visitor.get(callback),
        new Promise((resolve) => setTimeout(resolve, (round % 20) * 2)).then(() => setActive(db, 1, false)),
      ])
      expect(await logins(1)).toEqual([])
      await setActive(db, 1, true)
    }
  },
  PATIENCE,
)
