import { expect } from 'vitest'
import { type Account, bearer, call, expecting, type Login, logIn } from './users.js'
import type { Served } from './versions.js'

export interface Crossing {
  /** where the login is made, and where it is used */
  issuer: Served
  other: Served
  /** of a user without logins or rows so far */
  account: Account
  style: 'bearer' | 'refresh'
}

const json = (body: object) => ({ body })
const withCookies = ({ cookies }: Login) => {
  const csrf = /csrftoken=([^;]+)/.exec(cookies)?.[1] ?? ''
  return { cookie: cookies, 'x-csrf-token': decodeURIComponent(csrf) }
}

/** Invites and registers a user: the invitation at one replica, the registration at the other. */
export async function invited(issuer: string, other: string, token: string, account: Account): Promise<void> {
  const invitation = { ...json({ email: account.email }), ...bearer(token) }
  const { json: made } = await expecting(201, issuer, 'POST', '/api/auth/invites', invitation)
  const { code } = made as { code: string }
  await expecting(202, other, 'POST', '/api/auth/register', json({ ...account, invite_code: code }))
}

/** Takes an account through what its user does, part of it at a replica of each version. */
export async function cross({ issuer, other, account, style }: Crossing): Promise<void> {
  const [here, there] = [issuer.url, other.url]
  const name = account.email
  const me = (url: string, { access }: Pick<Login, 'access'>) =>
    call(url, 'GET', '/api/auth/me', bearer(access)).then(({ status }) => status)

  const login = await logIn(here, account)
  expect(await me(there, login), 'a bearer token').toBe(200)
  await expecting(201, there, 'POST', '/lists', { ...json({ title: name }), ...bearer(login.access) })
  const { json: sessions } = await expecting(200, there, 'GET', '/api/auth/sessions', bearer(login.access))
  expect(sessions).toEqual([expect.objectContaining({ current: true })])

  const cookie = await logIn(here, account, { in_cookie: true })
  const headers = withCookies(cookie)
  await expecting(200, there, 'GET', '/lists', { headers })
  await expecting(201, there, 'POST', '/lists', { ...json({ title: name }), headers })
  await expecting(204, there, 'POST', '/api/auth/logout', { headers })
  await expecting(401, here, 'GET', '/lists', { headers })

  if (style === 'refresh') await refreshes(here, there, account)

  const second = await logIn(here, account)
  await expecting(204, there, 'POST', '/api/auth/logout', {
    ...bearer(second.access),
    ...json({ refresh_token: second.refresh }),
  })
  expect(await me(here, second), 'a token after the logout').toBe(401)

  const changing = await logIn(here, account)
  const next = { ...account, password: `the second words of ${name} now` }
  await expecting(204, there, 'POST', '/api/auth/password/change', {
    ...json({ current_password: account.password, password: next.password }),
    ...bearer(changing.access),
  })
  expect(await me(here, login), 'a login from before the new password').toBe(401)
  await expecting(401, here, 'POST', '/api/auth/login', json(account))
  const after = await logIn(here, next)
  expect(await me(there, after), 'a login with the new password').toBe(200)

  const again = await expecting(200, there, 'POST', '/api/auth/reauth', {
    ...json({ password: next.password }),
    ...bearer(after.access),
  })
  const { access_token } = again.json as { access_token: string }
  expect(await me(here, { access: access_token }), 'a token of a password that was given again').toBe(200)
  await locked(here, there, next)
}

/** A refresh token is rotated at the other version and back, and one that is shown again ends the login at both. */
async function refreshes(here: string, there: string, account: Account): Promise<void> {
  const refresh = async (url: string, refresh_token: string) => {
    const answer = await expecting(200, url, 'POST', '/api/auth/refresh', json({ refresh_token }))
    return answer.json as { access_token: string; refresh_token: string }
  }
  const { refresh: first } = await logIn(here, account)
  const second = await refresh(there, first!)
  await expecting(200, here, 'GET', '/api/auth/me', bearer(second.access_token))
  const third = await refresh(here, second.refresh_token)
  await expecting(200, there, 'GET', '/api/auth/me', bearer(third.access_token))
  await expecting(401, there, 'POST', '/api/auth/refresh', json({ refresh_token: first }))
  await expecting(401, here, 'POST', '/api/auth/refresh', json({ refresh_token: third.refresh_token }))
  await expecting(401, here, 'GET', '/api/auth/me', bearer(third.access_token))
}

/** Wrong passwords at one version count at the other; the former password was the first of them. */
async function locked(here: string, there: string, { email }: Account): Promise<void> {
  const statuses: number[] = []
  for (let at = 0; at < 6; at++) {
    const body = { email, password: `a wrong password, number ${at}` }
    statuses.push((await call(at % 2 ? here : there, 'POST', '/api/auth/login', json(body))).status)
  }
  expect(statuses).toEqual([401, 401, 401, 401, 429, 429])
}
