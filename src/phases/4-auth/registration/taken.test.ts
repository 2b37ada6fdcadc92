import request from 'supertest'
import { afterEach, expect, test } from 'vitest'
import { type AuthApp, authApp, CODE } from '../../../../test/support/auth-app.js'

let one: AuthApp | undefined
afterEach(() => one?.dispose())

const OWN = `created_at timestamptz not null default now()); insert into users (username) values ('default_user')`

test.each([
  ['short user names', `username varchar(30) not null unique, ${OWN}`],
  ['short addresses', `username text, email varchar(50) unique, ${OWN}`],
  [
    'checked user names',
    `username text not null unique check (username ~ '^[a-z][a-z0-9_.]{1,24}$'), ${OWN}`,
  ],
])(
  'in an app with %s a taken address is answered as a new one',
  async (_, columns) => {
    one = await authApp({
      dial: 5,
      open: true,
      users: `create table users (id serial primary key, ${columns}`,
    })
    const { app } = one
    let n = 0
    const register = (email: string) =>
      request(app)
        .post('/api/auth/register')
        .set('X-Forwarded-For', `10.77.0.${++n}`)
        .send({ email, password: 'a long enough one' })
    const answers = []
    for (const email of ['ann@example.com', 'ann@example.com', 'bob@example.com', 'ann@example.com'])
      answers.push((await register(email)).status)
    expect(answers).toEqual([202, 202, 202, 202])
    expect(one.reported).toEqual([])
  },
  60_000,
)

test('an administrator who types what PostgreSQL does not hold is not answered an error of the server', async () => {
  one = await authApp({ dial: 5, open: true })
  const owner = { email: 'owner@example.com', password: 'a long enough one' }
  await request(one.app)
    .post('/api/auth/register')
    .send({ ...owner, claim_code: CODE })
    .expect(202)
  const { headers } = await request(one.app).post('/api/auth/login').send(owner).expect(200)
  const Cookie = [headers['set-cookie']].flat().map((line) => line!.split(';', 1)[0]!)
  const sent = { Cookie, Origin: 'https://app.example.com', 'Sec-Fetch-Site': 'same-origin' }
  const paths = ['users?q=%00', 'users/%00', 'audit?user=%00', 'audit?event=%00']
  for (const path of paths)
    expect((await request(one.app).get(`/auth/admin/${path}`).set(sent)).status, path).toBeLessThan(500)
  const { status } = await request(one.app)
    .post('/auth/admin/reset-link')
    .set(sent)
    .type('form')
    .send({ who: 'a\0b' })
  expect(status).toBeLessThan(500)
}, 60_000)
