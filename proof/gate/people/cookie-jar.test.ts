import { expect, test } from 'vitest'
import { browsersOf } from './cookie-jar.js'

const member = (name: string, headers: Record<string, string> = {}) => ({
  ...{ name, id: name, email: `${name}@example.com`, password: 'none', address: '127.0.0.1' },
  headers,
})

test('each user gets back the cookies that the app set for them, besides their login', () => {
  const browsers = browsersOf({ REFRESH_COOKIE_NAME: 'stay' })
  const [owner, other] = [member('owner'), member('other', { cookie: 'sid=own' })]
  browsers({ as: owner })!.jar.take(['connect.sid=a; Path=/', 'stay=x', '__Host-csrftoken=y', 'usertwo=z'])
  browsers({ as: other })!.jar.take(['filter=b', 'sid=renewed', 'gone=1'])
  browsers({ as: other })!.jar.take('gone=; Max-Age=0')
  expect(browsers({ as: owner })!.sends).toEqual({ cookie: 'connect.sid=a' })
  expect(browsers({ as: other })!.sends).toEqual({ cookie: 'filter=b' })
  expect(browsers({ as: other, headers: { cookie: 'filter=sent' } })!.sends).toEqual({})
  expect(browsers({ as: other, headers: { cookie: 'lang=de' } })!.sends).toEqual({
    cookie: 'lang=de; filter=b',
  })
})

test('a client without a login keeps no cookies between requests', () => {
  const browsers = browsersOf({})
  expect(browsers({})).toBeNull()
  expect(browsers({ as: { name: 'anonymous', address: '127.0.0.1', headers: {} } })).toBeNull()
})
