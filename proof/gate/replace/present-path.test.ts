import { beforeAll, expect, test } from 'vitest'
import { build } from '../../../test/support/built.js'
import { withPresentPath } from './present-path.js'

beforeAll(build)
const present = (file: string) => withPresentPath({ file, find: 'a', replace: 'b' }).file

test.each([
  ['dist/phases/6-isolation/context.js', 'dist/src/phases/6-isolation/context.js'],
  ['dist/phases/6-isolation/require-user.js', 'dist/src/phases/6-isolation/requests/require-user.js'],
  ['dist/phases/4-auth/logins/logout.js', 'dist/src/phases/4-auth/sessions/logout.js'],
  ['dist/phases/5-client/guard.js', 'dist/src/phases/5-pages/guard.js'],
])('an edit of %s is made in %s', (former, now) => {
  expect(present(former)).toBe(now)
})

test.each([
  'dist/src/phases/6-isolation/context.js',
  'dist/phases/6-isolation/gone.js',
  'dist/app.js',
  'server/app.js',
])('leaves %s unchanged', (file) => {
  expect(present(file)).toBe(file)
})
