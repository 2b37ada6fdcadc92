import { expect, test } from 'vitest'
import { isSentToLogIn } from './sent-to-log-in.js'

const to = (location?: string, status = 302) =>
  isSentToLogIn({ auth: { mount: '/api/auth', pages: '/auth' } as never }, { status, headers: { location } })

test('who is not logged in is sent to the login page, or first to where a refresh cookie would do', () => {
  for (const good of ['/auth/login', '/auth/login?next=%2F', '/api/auth/continue?next=%2Fentries'])
    expect([good, to(good)]).toEqual([good, true])
})

test('no other redirect counts, nor the same address with another status', () => {
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
