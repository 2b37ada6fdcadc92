import { expect, test } from 'vitest'
import { isSentToLogIn } from './sent-to-log-in.js'

const to = (location?: string, status = 302) =>
  isSentToLogIn({ auth: { mount: '/api/auth', pages: '/auth' } as never }, { status, headers: { location } })

test('an anonymous visitor is redirected to the login page, or first to the refresh path', () => {
  for (const good of ['/auth/login', '/auth/login?next=%2F', '/api/auth/continue?next=%2Fentries'])
    expect([good, to(good)]).toEqual([good, true])
})

test('no other redirect counts, and neither does another status with the same path', () => {
  for (const bad of [
    '/',
    '/auth/loginx',
    '/auth',
    '/api/auth/continued?next=%2F',
    'https://elsewhere/auth/login',
    undefined,
  ])
    expect([bad, to(bad)]).toEqual([bad, false])
  expect(to('/auth/login', 200)).toBe(false)
})
