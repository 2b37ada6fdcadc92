import type { Item } from '../item.js'
import { logInAs, refreshLogin } from '../login.js'

export const logout: Item = {
  id: 'smoke.logout',
  title: 'A logout ends the access token at once, and no refresh follows',
  proves: ['A3', 'A19'],
  fix: 'Do all processes ask the same database? A logout holds in each with the next request.',
  async run(smoke, facts) {
    const { site, mount, people } = smoke
    const gone = await logInAs(smoke, people.a)
    const other = await logInAs(smoke, people.a)
    const me = (token: string) => site.ask('GET', `${mount}/me`, { token })
    const out = () => site.ask('POST', `${mount}/logout`, { token: gone.access })
    facts.expect(await me(gone.access), 200, 'a login is not known')
    facts.expect(await out(), 204, 'a logout is refused')
    // More than once: each of several processes behind one address is to know it.
    for (let time = 0; time < 3; time++)
      facts.expect(await me(gone.access), 401, 'an access token is a login after the logout')
    if (gone.refresh !== null)
      facts.expect(await refreshLogin(smoke, gone.refresh), 401, 'a login that was logged out is refreshed')
    facts.expect(await out(), 204, 'a second logout is refused')
    facts.expect(await me(other.access), 200, 'a logout has ended another login')
    facts.saw(gone.refresh === null ? 'its token: 401' : 'its access token and its refresh token: 401')
  },
}
