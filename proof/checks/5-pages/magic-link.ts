import { createHash, randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { isByName } from '../../../src/phases/4-auth/accounts/names.js'
import { issueReset } from '../../../src/phases/4-auth/links/reset-token.js'
import { isDeployedWith } from '../../gate/app/app-environment.js'
import type { Answer } from '../../gate/app/http.js'
import type { Check, Finding, Mutant } from '../../gate/check.js'
import type { Gate, Target } from '../../gate/gate.js'
import { onDatabase } from '../../gate/people/on-database.js'
import { claimOwner, newAccount, newVisitor, Questions, setCookies } from '../4-auth/gate-login.js'
import factorDue from '../4-auth/mutants/factors/factor-due.js'
import askLoginLink from './mutants/login-links/ask-login-link.js'
import endLinks from './mutants/login-links/end-links.js'
import rows from './mutants/login-links/login-link-rows.js'
import useLoginLink from './mutants/login-links/use-login-link.js'

const TWICE = 'a link logs in twice'
const ELSEWHERE = 'a link works in a browser that did not ask for it'
const LATE = 'a link works after its time'
const OPENED = 'opening a link, or trying it elsewhere, uses it up'
const PASSED = 'a link is a login without the second factor'
const UNKNOWN = 'an unknown address is answered unlike a known one'
const KEPT = 'a link from before a new password logs in'

/** The mail is written after the answer. Milliseconds. */
const PATIENCE_MS = 3_000

/** Other checks have no mail, so that links are off in theirs. */
const env = { AUTH_OUTBOX: 'true', AUTH_ENABLE_MAGIC_LINK: 'true' }
const mutants: [Mutant, ...Mutant[]] = [
  { name: 'links are not used up', names: TWICE, by: { replace: [rows.again] } },
  { name: 'links are not bound to a browser', names: ELSEWHERE, by: { replace: [rows.anyBrowser] } },
  { name: 'links do not expire', names: LATE, by: { replace: [rows.endless] } },
  { name: 'opening a link uses it up', names: OPENED, by: { replace: [useLoginLink.byGet] } },
  {
    name: 'a login by a link asks for no code',
    names: PASSED,
    by: { env: { AUTH_ENABLE_TOTP: 'true' }, replace: [factorDue.never] },
  },
  { name: 'an unknown address is refused', names: UNKNOWN, by: { replace: [askLoginLink.talkative] } },
  { name: 'a new password ends no links', names: KEPT, by: { replace: [endLinks.kept] } },
]

export const magicLink: Check = {
  id: 'client.magic-link',
  title: 'A mailed link logs in once, only in the browser that asked for it, and never past a second factor',
  proves: ['A9', 'A6'],
  ofUsertwosLogin: true,
  onlyWhere: (config) => isDeployedWith(config, 'AUTH_ENABLE_MAGIC_LINK') && !isByName(config),
  fix: 'Nothing of the app may answer in place of the auth API, or change usertwo.links and usertwo.outbox (docs/how-to/login-by-mail.md).',
  async run(gate) {
    const target = await gate.app({ env })
    const { json } = await target.ask('GET', `${gate.config.auth.mount}/config`)
    const config = (json ?? {}) as { totp?: boolean }
    return new Trial(gate, target).run(config.totp === true)
  },
  mutants,
}

class Trial {
  readonly ask: Questions
  readonly path: string
  /** the cookie of the browser that asks */
  cookie = ''

  constructor(
    readonly gate: Gate,
    readonly target: Target,
  ) {
    this.ask = new Questions(target)
    this.path = `${gate.config.auth.mount}/login/link`
  }

  async run(hasTotp: boolean): Promise<Finding> {
    const { ask, gate } = this
    const owner = await claimOwner(gate, this.target)
    await this.askFor(owner.email)
    await this.once()
    await this.opened()
    const late = await this.link("created_at - interval '1 second'")
    await this.use(LATE, 400, late)
    if (hasTotp) await this.withFactor()
    const kept = await this.link()
    const token = await onDatabase(gate.database, (db) => issueReset(db, gate.config.owner.id))
    await ask.expect(
      'a one-time link sets no password',
      204,
      'POST',
      `${gate.config.auth.mount}/password/reset`,
      {
        body: { token, password: newAccount(gate).password },
      },
    )
    await this.use(KEPT, 400, kept)
    return { exercised: ask.exercised, unit: 'facts', problems: ask.problems }
  }

  /** Asks for a link to the owner's address, and for one to an address of no user. */
  async askFor(email: string): Promise<void> {
    const { ask, path, gate } = this
    const body = { email }
    const known = await ask.expect('a link cannot be requested', 202, 'POST', path, { body })
    this.cookie = (setCookies(known).find((one) => /^[\w-]*usertwo-link=/.test(one)) ?? '').split(';', 1)[0]!
    const other = { email: newAccount(gate, 'unknown').email }
    const unknown = await this.target.ask('POST', path, { as: newVisitor(), body: other })
    ask.holds(look(known) === look(unknown), {
      what: UNKNOWN,
      route: `POST ${path}`,
      expected: look(known),
      got: look(unknown),
    })
    const until = performance.now() + PATIENCE_MS
    while ((await this.mailed()) === 0 && performance.now() < until) await sleep(50)
    ask.holds((await this.mailed()) === 1, {
      what: 'the links that were mailed are not one, to the address that has an account',
      table: 'usertwo.links',
      expected: '1',
      got: String(await this.mailed()),
    })
  }

  async mailed(): Promise<number> {
    const text = `select id from usertwo.links where kind = 'login' and token_hash is not null`
    return (await this.gate.database.sql(text)).length
  }

  /** A further link of the same browser, with a token that the gate knows: the app stores only a hash. */
  async link(expires = 'expires_at'): Promise<string> {
    const token = randomBytes(32).toString('base64url')
    await this.gate.database.sql(
      `insert into usertwo.links (kind, token_hash, user_id, email, browser_hash, created_at, expires_at)
       select kind, $1, user_id, email, browser_hash, created_at, ${expires} from usertwo.links
       where kind = 'login' and token_hash is not null order by id limit 1`,
      [createHash('sha256').update(token).digest('hex')],
    )
    return token
  }

  confirm(token: string, cookie = this.cookie): Promise<Answer> {
    const body = { token }
    return this.target.ask('POST', `${this.path}/confirm`, { as: newVisitor(), headers: { cookie }, body })
  }

  use(what: string, expected: number, token: string, cookie = this.cookie): Promise<Answer> {
    const body = { token }
    return this.ask.expect(what, expected, 'POST', `${this.path}/confirm`, { headers: { cookie }, body })
  }

  async once(): Promise<void> {
    const token = await this.link()
    const both = await Promise.all([this.confirm(token), this.confirm(token)])
    both.push(await this.confirm(token))
    const statuses = both.map(({ status }) => status).sort()
    this.ask.holds(statuses.join() === '200,400,400', {
      what: TWICE,
      route: `POST ${this.path}/confirm`,
      expected: '200,400,400',
      got: statuses.join(),
    })
  }

  /** As a mail scanner does, and then a user in another browser. */
  async opened(): Promise<void> {
    const token = await this.link()
    const page = `${this.gate.config.auth.pages}/login/link?token=${token}`
    for (const cookie of ['', this.cookie])
      for (const method of ['HEAD', 'GET'])
        await this.target.ask(method, page, { as: newVisitor(), headers: { cookie } })
    const [name] = this.cookie.split('=', 1)
    for (const other of ['', `${name}=${'A'.repeat(43)}.Lw`]) await this.use(ELSEWHERE, 400, token, other)
    await this.use(OPENED, 200, token)
  }

  async withFactor(): Promise<void> {
    await this.gate.database.sql(
      `insert into usertwo.totp (user_id, secret, confirmed_at)
       select user_id, 'none', now() from usertwo.links where kind = 'login' limit 1`,
    )
    const answer = await this.use('a link is refused', 200, await this.link())
    const got = (answer.json ?? {}) as { access_token?: string; mfa_token?: string }
    const isLogin = got.access_token !== undefined || setCookies(answer).length > 0
    this.ask.holds(!isLogin && got.mfa_token !== undefined, {
      what: PASSED,
      route: `POST ${this.path}/confirm`,
    })
  }
}

/** What a client sees of an answer, except the secret in its cookie. */
function look(answer: Answer): string {
  const names = Object.keys(answer.headers).filter((name) => name !== 'date')
  const cookies = setCookies(answer).map((line) => line.split('=', 1)[0])
  return `${answer.status} ${answer.body} ${names.join(', ')} ${cookies.join(', ')}`
}
