import { isByName } from '../../../src/config/config.js'
import { variableOf } from '../../../src/config/settings.js'
import { isKnownHash } from '../../../src/phases/4-auth/passwords/password-formats.js'
import { gotOf, type Item, type ItemFacts, NotExercised } from '../item.js'
import { logInAs } from '../login.js'
import type { SmokePerson } from '../people.js'
import type { SiteAnswer } from '../site.js'
import type { Smoke } from '../smoke.js'

/** In both answers of a pair other than what is never the same twice. */
const RESTLESS = new Set(['date', 'x-request-id', 'ratelimit', 'etag', 'connection', 'keep-alive'])

/** What a registration answers in development and test, when mail is on; it is another one each time. */
const DEV_TOKEN = /"dev_verify_token":"[^"]*"/

const post = ({ site, mount, people }: Smoke, person: SmokePerson, more: object = {}) =>
  site.ask('POST', `${mount}/register`, { body: { ...people.credentials(person), ...more } })

export const register: Item = {
  id: 'smoke.register',
  title: 'Who is invited registers',
  proves: ['A1', 'A9'],
  fix: 'Is --database the one of this deployment? Is a GO of phase 6 recorded for it (REGISTRATION, GET /ready)?',
  async run(smoke, facts) {
    const { people, mode } = smoke
    const { a, b } = people
    if (mode.registration === 'owner-only') {
      await closedOnPurpose(smoke, facts)
      for (const one of [a, b]) await people.create(one)
      facts.expect(
        await post(smoke, people.unregistered),
        403,
        'registration is closed, but a user can register',
      )
      throw new NotExercised(
        'registration is closed here; the two people were made as `usertwo users create` does',
      )
    }
    for (const one of [a, b]) {
      const heard = await post(smoke, one, { invite_code: await people.invite(one) })
      facts.expect(heard, 202, 'an invitation is refused')
      const isThere = (await people.idOf(one)) !== null
      facts.holds(isThere, {
        what: 'who has registered is not in the database',
        route: heard.route,
        got: gotOf(heard),
      })
      // The rest of the list is to be tried all the same.
      if (!isThere) await people.create(one)
    }
    const hash = await people.hashOf(a)
    facts.holds(isKnownHash(hash) && !hash.includes(a.password), {
      what: 'the password is not stored as a hash',
    })
    facts.saw(`two people registered by invitation; ${hash.startsWith('$argon2id$') ? 'Argon2id' : 'bcrypt'}`)
  },
}

/** A deployment that should let users in keeps them out where no recorded GO counts for it. */
async function closedOnPurpose({ site, config, mode }: Smoke, facts: ItemFacts): Promise<void> {
  // Known if the command runs with the deployment's environment. Below phase 6 only the owner registers.
  const wanted = variableOf(process.env, config.prefix, 'REGISTRATION')
  if (wanted === undefined || mode.dial < 6) return
  const { why } = ((await site.ask('GET', '/ready')).json ?? {}) as { why?: string }
  facts.holds(wanted === 'owner-only', {
    what: `registration is closed, though REGISTRATION is ${wanted}${why ? `: ${why}` : ''}`,
    route: 'GET /ready',
    expected: `registration ${wanted}`,
    got: 'owner-only',
  })
}

export const enumerationItem: Item = {
  id: 'smoke.no-enumeration',
  title: 'Neither registering nor logging in reveals whether an account exists',
  proves: ['A2', 'A6'],
  fix: 'Nothing of the app, and no proxy, may answer in place of the auth API.',
  async run(smoke, facts) {
    const { people, site, mount } = smoke
    const taken = { ...people.a, password: people.unregistered.password }
    const again = [await post(smoke, taken), await post(smoke, people.unregistered)] as const
    same(facts, 'registering', ...again)
    facts.holds(!site.isHttps || !DEV_TOKEN.test(again[1].body), {
      what: 'a registration answers with a token that confirms the address without a mail: ENVIRONMENT is development or test',
      route: again[1].route,
      expected: 'no dev_verify_token',
    })
    const login = (person: SmokePerson) =>
      site.ask('POST', `${mount}/login`, { body: people.credentials(person) })
    const unknown = { ...people.unregistered, login: people.unregistered.login.replace('smoke', 'smokeless') }
    const wrong = [await login(taken), await login(unknown)] as const
    facts.expect(wrong[0], 401, 'a wrong password is not refused')
    same(facts, 'a wrong password', ...wrong)
    facts.saw(`registering: ${gotOf(again[0])} for both`, `a wrong password: ${gotOf(wrong[0])} for both`)
  },
}

function same(facts: ItemFacts, what: string, known: SiteAnswer, unknown: SiteAnswer): void {
  const [there, missing] = [look(known), look(unknown)]
  facts.holds(there === missing, {
    what: `${what} reveals whether an account exists`,
    route: known.route,
    expected: `the same as without an account: ${missing}`,
    got: there,
  })
}

const look = ({ status, body, headers }: SiteAnswer) =>
  `${status} ${body.replace(DEV_TOKEN, '"dev_verify_token":"…"')} ${Object.keys(headers)
    .filter((name) => !RESTLESS.has(name))
    .sort()
    .join(', ')}`

export const verifyItem: Item = {
  id: 'smoke.verify',
  title: 'Who has to confirm their address cannot log in before, and the link works once',
  proves: ['A6'],
  fix: 'Nothing of the app, and no proxy, may answer in place of the auth API.',
  async run({ site, people, config, mount }, facts) {
    if (isByName(config)) throw new NotExercised('users log in with a user name here and have no address')
    const { b } = people
    const body = people.credentials(b)
    const token = await people.mustVerify(b)
    const login = () => site.ask('POST', `${mount}/login`, { body })
    const early = await login()
    facts.expect(early, 403, 'a user with an unconfirmed address can log in')
    facts.holds((early.json as { code?: string } | undefined)?.code === 'email_not_verified', {
      what: 'the answer does not say that the address must be confirmed',
      route: early.route,
      expected: 'email_not_verified',
    })
    const use = () => site.ask('POST', `${mount}/verify-email`, { body: { token } })
    facts.expect(await use(), 204, 'the link does not confirm the address')
    facts.expect(await use(), 400, 'the link works again')
    facts.expect(await login(), 200, 'who has confirmed their address cannot log in')
    facts.saw('the link was made by the operator: nothing is mailed')
  },
}

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

export const throttle: Item = {
  id: 'smoke.throttle',
  title: 'Who guesses is refused with one 429 for every cause',
  proves: ['H6', 'A9'],
  fix: 'usertwo gate 4 --only auth.login-throttled',
  async run() {
    throw new NotExercised(
      'it would use up the budget of this address, and shut out who shares it; `usertwo gate 4 --only auth.login-throttled` tries it on a copy',
    )
  },
}
