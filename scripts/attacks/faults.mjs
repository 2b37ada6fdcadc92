// Faults for the attacks on second factors, passkeys and providers: with each of them in the source, a test of its case
// must fail. `npm run attacks -- --faults` plants them, one by one, in a copy.
const factors = (name) => `src/phases/4-auth/factors/${name}`
const passkeys = (name) => `src/phases/4-auth/passkeys/${name}`
const oauth = (name) => `src/phases/4-auth/oauth/${name}`

/**
 * @typedef Fault
 * @property {string} id the case in docs/attacks.md
 * @property {string} what the fault does
 * @property {string} file where it is planted
 * @property {string} from the text it takes the place of, found once
 * @property {string} to
 * @property {string} test the test file that must fail
 */

/** @type {Fault[]} */
export const FAULTS = [
  {
    id: '46',
    what: 'a user of a provider joins the account that has their address',
    file: oauth('join-by-provider.ts'),
    from: 'if (made === null) return { user: null, isNew: false }',
    to: `if (made === null) {
        const there = (await findAccount(trx, config, String(account.email)))!.id
        await also(trx, there)
        return { user: there, isNew: false }
      }`,
    test: oauth('attacks.test.ts'),
  },
  {
    id: '80',
    what: 'a reset of the password removes the second factor',
    file: 'src/phases/4-auth/password-login/password-reset.ts',
    from: 'await endLinks(trx, user)',
    to: "await endLinks(trx, user)\n        await trx('usertwo.totp').where({ user_id: user }).delete()",
    test: factors('totp.test.ts'),
  },
  {
    id: '84',
    what: 'a code is accepted twice',
    file: factors('totp-rows.ts'),
    from: "orWhere('last_step', '<', step)",
    to: "orWhere('last_step', '<=', step)",
    test: factors('totp.test.ts'),
  },
  {
    id: '85',
    what: 'two steps before and after are accepted',
    file: factors('library.ts'),
    from: 'const WINDOW = 1',
    to: 'const WINDOW = 2',
    test: factors('library.test.ts'),
  },
  {
    id: '86',
    what: 'wrong codes count for their address alone',
    file: 'src/phases/4-auth/attempts/attempt.ts',
    from: 'await attempt.take(key)',
    to: 'void key',
    test: factors('totp.test.ts'),
  },
  {
    id: '87',
    what: 'a login waits for its code for an hour',
    file: factors('pending-login.ts'),
    from: 'const LIFE = 300',
    to: 'const LIFE = 3_600',
    test: factors('totp.test.ts'),
  },
  {
    id: '88',
    what: 'another authenticator app is set up without a code of the first',
    file: factors('enrolment.ts'),
    from: 'if (!(await hasTotp(db, person.id))) return newSecret(person)',
    to: 'if (person) return newSecret(person)',
    test: factors('totp.test.ts'),
  },
  {
    id: '89',
    what: 'a recovery code works twice',
    file: factors('recovery-codes.ts'),
    from: "    .whereNull('used_at')\n    .update(",
    to: '    .update(',
    test: factors('totp.test.ts'),
  },
  {
    id: '90',
    what: 'a known browser needs no code',
    file: 'src/phases/4-auth/password-login/login.ts',
    from: 'const due = await factorDue?.(account, isShared)',
    to: 'const due = mine.device ? null : await factorDue?.(account, isShared)',
    test: factors('totp.test.ts'),
  },
  {
    id: '91',
    what: 'the user of a passkey need not be verified',
    file: passkeys('expected-answer.ts'),
    from: 'requireUserVerification: true',
    to: 'requireUserVerification: false',
    test: passkeys('logging-in.test.ts'),
  },
  {
    id: '91',
    what: 'a counter may stay where it was',
    file: passkeys('passkey-rows.ts'),
    from: "when.where('counter', '<', counter)",
    to: "when.where('counter', '<=', counter)",
    test: passkeys('logging-in.test.ts'),
  },
  {
    id: '91',
    what: 'one challenge lets several logins in',
    file: passkeys('challenges.ts'),
    from: "    .delete()\n    .returning('user_handle')",
    to: "    .update({ challenge_hash: digestOf(challenge) })\n    .returning('user_handle')",
    test: passkeys('races.test.ts'),
  },
  {
    id: '92',
    what: 'a credential of another user becomes one’s own',
    file: passkeys('passkey-rows.ts'),
    from: "    .onConflict('credential_id')\n    .ignore()",
    to: "    .onConflict('credential_id')\n    .merge()",
    test: passkeys('adding.test.ts'),
  },
  {
    id: '93',
    what: 'a state works twice',
    file: oauth('flows.ts'),
    from: "      .delete()\n      .returning(['browser_hash'",
    to: "      .update({ provider })\n      .returning(['browser_hash'",
    test: oauth('races.test.ts'),
  },
  {
    id: '93',
    what: 'a state never expires',
    file: oauth('flows.ts'),
    from: "      .where('expires_at', '>', now)\n",
    to: '',
    test: oauth('attacks.test.ts'),
  },
  {
    id: '94',
    what: 'the verifier itself is sent as the challenge',
    file: oauth('provider/provider-client.ts'),
    from: "code_challenge_method: 'S256'",
    to: "code_challenge_method: 'plain'",
    test: oauth('attacks.test.ts'),
  },
  {
    id: '95',
    what: 'a state of one provider counts at the callback of another',
    file: oauth('flows.ts'),
    from: '.where({ state_hash: digestOf(state), provider })',
    to: '.where({ state_hash: digestOf(state) })',
    test: oauth('attacks.test.ts'),
  },
  {
    id: '96',
    what: 'an ID token that was made for another client is accepted',
    file: oauth('provider/checks.ts'),
    from: '(azp === undefined || azp === clientId) && ',
    to: '(azp !== clientId || clientId !== sub) && ',
    test: oauth('attacks.test.ts'),
  },
  {
    id: '97',
    what: 'an address that the provider has not confirmed counts as confirmed',
    file: oauth('provider/profile.ts'),
    from: 'email: isVerified === true ? given : null',
    to: 'email: isVerified === null ? null : given',
    test: oauth('attacks.test.ts'),
  },
  {
    id: '98',
    what: 'a link counts for whoever is logged in when the browser comes back',
    file: oauth('link-provider.ts'),
    from: "if (!isOwnBrowser(kit, req, { user, session }, remembered.inCookie === true))\n      throw new OauthRefused('other_login')",
    to: 'isOwnBrowser(kit, req, { user, session }, remembered.inCookie === true)',
    test: oauth('linking.test.ts'),
  },
  {
    id: '99',
    what: 'any address is gone on to',
    file: oauth('connect.ts'),
    from: 'const next = nextPath(given.next, pages)',
    to: 'const next = given.next ?? nextPath(given.next, pages)',
    test: oauth('attacks.test.ts'),
  },
  {
    id: '100',
    what: 'a provider is waited for as long as it takes',
    file: oauth('provider/time-limit.ts'),
    from: 'REQUEST_SECONDS = 5\n/** How long everything may take that one page waits for. ms */\nconst LIMIT_MS = 5_000',
    to: 'REQUEST_SECONDS = 60\nconst LIMIT_MS = 60_000',
    test: oauth('attacks.test.ts'),
  },
]
