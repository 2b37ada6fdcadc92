import type { Item } from '../item.js'
import { logInAs } from '../login.js'

export const login: Item = {
  id: 'smoke.login',
  title: 'A login is identified as its user, and a wrong one is refused',
  proves: ['A1', 'A14'],
  fix: 'Does a proxy take the header with the token away? Which one it is says auth.header.',
  async run(smoke, facts) {
    const { site, people, mount } = smoke
    const id = String(await people.idOf(people.a))
    const { access } = await logInAs(smoke, people.a)
    const heard = await site.ask('GET', `${mount}/me`, { token: access })
    facts.expect(heard, 200, 'a login is not known')
    const me = (heard.json ?? {}) as Record<string, unknown>
    facts.holds(String(me.id) === id, {
      what: 'a login is identified as another user',
      route: heard.route,
      expected: `user ${id}`,
      got: `user ${me.id}`,
    })
    facts.holds(
      ['id', 'username', 'email'].every((name) => name in me),
      {
        what: 'who is logged in is not told by id, username and email',
        route: heard.route,
        got: Object.keys(me).join(', '),
      },
    )
    facts.holds(String(me.roles) === 'user', {
      what: 'an invited user has roles that were not granted',
      route: heard.route,
      expected: 'user',
      got: String(me.roles),
    })
    facts.holds(me.is_admin === false, {
      what: 'an invited user is an administrator',
      route: heard.route,
    })
    const broken = `${access.slice(0, -4)}${access.slice(-4) === 'AAAA' ? 'BBBB' : 'AAAA'}`
    facts.expect(
      await site.ask('GET', `${mount}/me`, { token: broken }),
      401,
      'a token with another signature is a login',
    )
    facts.saw(`user ${id}`)
  },
}
