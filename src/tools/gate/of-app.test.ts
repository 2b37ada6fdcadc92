import { expect, test } from 'vitest'
import { parseConfig } from '../../core/config.js'
import { isOfApp } from './of-app.js'

const config = parseConfig({
  app: { start: ['node', 'app.js'] },
  owner: { id: 1 },
  users: { table: 'users' },
})
const PATHS = ['/api/auth/logout', '/api/auth/me?x=1', '/auth/login', '/api/authors', '/notes']
const left = (dial: number) =>
  PATHS.map((path) => ({ path }))
    .filter(isOfApp(config, dial))
    .map(({ path }) => path)

test('an app with a login where usertwo has its own answers there below phase 4 alone', () => {
  expect(left(3)).toEqual(PATHS)
  expect(left(4)).toEqual(['/api/authors', '/notes'])
})
