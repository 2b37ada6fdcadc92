import { type Item, NotExercised } from '../item.js'
import { refreshLogin as ask, contentOf, type Login, logInAs, loginIn } from '../login.js'
import type { Smoke } from '../smoke.js'

const withRefresh = async (smoke: Smoke): Promise<Login & { refresh: string }> => {
  if (smoke.mode.style === 'bearer') throw new NotExercised('TOKEN_STYLE=bearer has no refresh tokens')
  const login = await logInAs(smoke, smoke.people.a)
  if (login.refresh === null) throw new Error('the login gave no refresh token')
  return { ...login, refresh: login.refresh }
}
const ridOf = (token: string | null | undefined) => (token ? contentOf(token).claims.rid : undefined)

export const refreshItem: Item = {
  id: 'smoke.refresh',
  title: 'A refresh gives the next tokens, and the token before is dead',
  proves: ['A4'],
  fix: 'REFRESH_GRACE_SECONDS says how long a client may ask again for a lost answer; all processes must use one database.',
  async run(smoke, facts) {
    const { site, mount, mode } = smoke
    const first = await withRefresh(smoke)
    const step = async (token: string): Promise<Login & { refresh: string }> => {
      const heard = await ask(smoke, token)
      const next = loginIn(heard, smoke)
      facts.expect(heard, 200, 'a refresh token does not make the next')
      if (!next?.refresh) throw new Error('the refresh gave no refresh token')
      return { ...next, refresh: next.refresh }
    }
    const second = await step(first.refresh)
    facts.holds(ridOf(second.refresh) !== ridOf(first.refresh), {
      what: 'the refresh token is not replaced: the rid stays',
    })
    const { sid, rid } = contentOf(second.refresh).claims
    const kept = await smoke.people.refreshIdOf(smoke.people.a, String(sid))
    facts.holds(kept !== null && kept === rid, {
      what: 'the rid of the token is not the refresh_id of the login',
    })
    if (mode.refresh === 'cookie')
      facts.expect(
        await site.ask('POST', `${mount}/refresh`, {
          body: { refresh_token: second.refresh },
          headers: { origin: site.origin },
        }),
        401,
        'a refresh token in the body is taken, though its place is the cookie',
      )
    const isInBody = (second.heard.json as object) && 'refresh_token' in (second.heard.json as object)
    facts.holds(isInBody === (mode.refresh === 'body'), {
      what: 'the refresh token comes by another way than the deployment says',
      route: second.heard.route,
      expected: `in the ${mode.refresh === 'body' ? 'answer' : 'cookie alone'}`,
    })
    facts.expect(
      await site.ask('GET', `${mount}/me`, { token: second.access }),
      200,
      'the next access token does not log the user in',
    )
    await step(second.refresh)
    // Two back: no grace covers it.
    facts.expect(await ask(smoke, first.refresh), 401, 'a refresh token that was replaced is taken')
    facts.saw('twice the next tokens, then the first token again: 401')
  },
}

export const reused: Item = {
  id: 'smoke.reused',
  title: 'A refresh token that is shown again ends its login, with every access token of it',
  proves: ['A4', 'A19'],
  fix: 'A process may hold answers of its own for too long (auth.lookUpEvery); the database must be one.',
  async run(smoke, facts) {
    const { site, mount } = smoke
    const first = await withRefresh(smoke)
    const next = async (token: string) => {
      const made = loginIn(await ask(smoke, token), smoke)
      if (!made?.refresh) throw new Error('the refresh gave no refresh token')
      return { ...made, refresh: made.refresh }
    }
    const second = await next(first.refresh)
    const third = await next(second.refresh)
    await ask(smoke, first.refresh)
    facts.expect(await ask(smoke, third.refresh), 401, 'a login goes on whose refresh token was shown twice')
    for (const { access } of [first, third])
      facts.expect(
        await site.ask('GET', `${mount}/me`, { token: access }),
        401,
        'an access token of it is a login',
      )
    facts.saw('its newest refresh token and its access tokens: 401')
  },
}
