import { variableOf } from '../../../src/config/settings.js'
import { isKnownHash } from '../../../src/phases/4-auth/passwords/password-formats.js'
import { gotOf, type Item, type ItemFacts, NotExercised } from '../item.js'
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
