import { type Item, NotExercised } from '../item.js'
import { contentOf, logInAs, loginIn, refreshLogin } from '../login.js'

/** Which life of a token is waited for without being asked to. Seconds */
const SHORT = 60
/** Clocks differ, and the last second counts. ms */
const LATE_MS = 2_000

export const expiry: Item = {
  id: 'smoke.expiry',
  title: 'An access token that is over is refused, and a refresh gives the next',
  proves: ['A3', 'A4'],
  fix: 'The clock of a process may be wrong; a proxy may store answers.',
  async run(smoke, facts) {
    const { site, mount, people, mode, options } = smoke
    const { clock, wait, tell } = options
    const login = await logInAs(smoke, people.a)
    const ends = Number(contentOf(login.access).claims.exp) * 1000
    const left = ends - clock.now()
    const asSaid = Math.abs(left - login.expiresIn * 1000) < 60_000
    facts.holds(asSaid, {
      what: 'the token ends at another time than it says, or a clock is wrong',
      expected: `in ${login.expiresIn} s`,
      got: `in ${Math.round(left / 1000)} s`,
    })
    if (!asSaid) return
    if (!wait && login.expiresIn > SHORT)
      throw new NotExercised(
        `it lives ${inWords(login.expiresIn)}, as exp and expires_in say; --wait waits for its end${mode.style === 'bearer' ? ' (days, with TOKEN_STYLE=bearer)' : ''}`,
      )
    tell(`waiting ${inWords(Math.ceil((left + LATE_MS) / 1000))} for an access token to be over`)
    await clock.sleep(left + LATE_MS)
    facts.expect(
      await site.ask('GET', `${mount}/me`, { token: login.access }),
      401,
      'an access token that is over is a login',
    )
    if (login.refresh === null) return facts.saw('past its end: 401')
    const heard = await refreshLogin(smoke, login.refresh)
    facts.expect(heard, 200, 'the end of the access token has ended the login')
    const next = loginIn(heard, smoke)
    if (next)
      facts.expect(
        await site.ask('GET', `${mount}/me`, { token: next.access }),
        200,
        'the next access token does not log the user in',
      )
    facts.saw('past its end 401; refreshed, 200')
  },
}

const inWords = (seconds: number) =>
  seconds < 120
    ? `${seconds} s`
    : seconds < 7200
      ? `${Math.round(seconds / 60)} min`
      : `${Math.round(seconds / 86_400)} days`
