import { expect, test } from 'vitest'
import { fileParser } from '../../../reading/syntax/sources.js'
import { namesUser, proxyHeadersIn } from './proxy-headers.js'

const read = async (text: string) =>
  proxyHeadersIn([(await fileParser('/app'))('app.js', text)]).map(({ name, at }) => `${name} ${at}`)

test.each([
  [`app.use((req) => req.get('Remote-User'))`, ['Remote-User app.js:1']],
  [`app.use((req) => req.header('remote-email'))`, ['remote-email app.js:1']],
  [`app.use((req) => req.headers['x-forwarded-user'])`, ['x-forwarded-user app.js:1']],
  [`app.use(({ headers }) => headers['X-Auth-Request-Email'.toLowerCase()])`, []],
  [`app.use((req) => req.headers['X-Auth-Request-Email'.toLowerCase()])`, ['X-Auth-Request-Email app.js:1']],
  [`app.use((req) => req.headersDistinct['remote-user']?.[0])`, ['remote-user app.js:1']],
  [`app.use((req) => { const { 'remote-user': user, host } = req.headers })`, ['remote-user app.js:1']],
  [`const NAME = 'Remote-User'\napp.use((req) => req.get(NAME))`, ['Remote-User app.js:2']],
  [
    `const name = process.env.AUTH_HEADER || 'remote-user'\napp.use((req) => req.headers[name.toLowerCase()])`,
    ['remote-user app.js:2'],
  ],
  [
    `app.use((req) => [req.get('Remote-User'), req.get('remote-user'), req.get('Remote-Groups')])`,
    ['Remote-User app.js:1', 'Remote-Groups app.js:1'],
  ],
  [`app.use((req) => [req.get('X-Forwarded-For'), req.get('x-forwarded-proto'), req.get('host')])`, []],
  [`app.use((req, res) => res.set('remote-user', 'x'))`, []],
] as [string, string[]][])('%s', async (text, found) => {
  expect(await read(text)).toEqual(found)
})

test('a header names a user by a plain value, not by groups or by a signed text', () => {
  const names = ['Remote-User', 'x-auth-request-preferred-username', 'Cf-Access-Authenticated-User-Email']
  expect(names.filter(namesUser)).toEqual(names)
  const others = [
    'remote-groups',
    'Remote-Name',
    'x-authentik-name',
    'Cf-Access-Jwt-Assertion',
    'x-forwarded-for',
  ]
  expect(others.filter(namesUser)).toEqual([])
})
