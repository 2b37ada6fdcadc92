import request from 'supertest'
import { authMail } from '../../src/phases/4-auth/links/auth-mail.js'
import { type AuthApp, type AuthAppOptions, authApp, CODE } from './auth-app.js'
import { linksIn, type MailServer } from './mail-server.js'

export const LINK_OWNER = { email: 'owner@example.com', password: 'a long enough one' }

/** An app that logs in by mailed links, with its owner claimed. */
export async function linkApp(mail: MailServer, { env, ...options }: AuthAppOptions = {}): Promise<AuthApp> {
  const mailed = {
    AUTH_ENABLE_MAGIC_LINK: 'true',
    SMTP_URL: mail.url,
    MAIL_FROM: 'App <no-reply@example.com>',
    PUBLIC_URL: 'https://app.example.com',
  }
  const one = await authApp({ dial: 5, open: true, ...options, env: { ...mailed, ...env } })
  await request(one.app)
    .post('/api/auth/register')
    .send({ ...LINK_OWNER, claim_code: CODE })
    .expect(202)
  return one
}

/** A user who has confirmed the address. */
export async function linkUser(one: AuthApp, who: { email: string; password: string }): Promise<number> {
  await request(one.app)
    .post('/api/auth/register')
    .set('X-Forwarded-For', nextAddress())
    .send(who)
    .expect(202)
  const [id] = await one.db('users').where({ email: who.email }).pluck('id')
  await one.db('usertwo.credentials').where({ user_id: id }).update({ is_verified: true })
  return id
}

let addresses = 0
/** Another client address for each request, so that limits by address do not mix them up. */
export const nextAddress = () => `10.9.${Math.floor(++addresses / 250)}.${addresses % 250}`

/** A browser with cookies of its own. */
export function linkBrowser({ app }: AuthApp) {
  const agent = request.agent(app)
  const post = (path: string, body: object) =>
    agent.post(path).set('X-Forwarded-For', nextAddress()).set('Sec-Fetch-Site', 'same-origin').send(body)
  return {
    agent,
    post,
    ask: (email: string, more: object = {}) => post('/api/auth/login/link', { email, ...more }),
    use: (token: string, more: object = {}) => post('/api/auth/login/link/confirm', { token, ...more }),
    login: (who: object) => post('/api/auth/login', who),
    page: (path: string) => agent.get(path).set('X-Forwarded-For', nextAddress()),
    form: (path: string, fields: object) => post(path, fields).type('form'),
  }
}
export type LinkBrowser = ReturnType<typeof linkBrowser>

const LINK = /^https:\/\/app\.example\.com\/auth\/login\/link\?token=([\w-]{43})$/

/** Sends what is due; the links that log in, since the last call. */
export async function mailedLinks(
  { kit }: AuthApp,
  mail: MailServer,
): Promise<{ to: string; token: string }[]> {
  await authMail(kit)!.sendDue()
  return mail.taken.splice(0).flatMap(({ to, raw }) =>
    linksIn(raw).flatMap((link) => {
      const token = LINK.exec(link)?.[1]
      return token === undefined ? [] : [{ to: to[0]!, token }]
    }),
  )
}

export const mailedTokens = async (one: AuthApp, mail: MailServer): Promise<string[]> =>
  (await mailedLinks(one, mail)).map(({ token }) => token)

/** Has a link mailed to a browser. */
export async function linkFor(
  one: AuthApp,
  mail: MailServer,
  browser: LinkBrowser,
  email: string,
): Promise<string> {
  await browser.ask(email).expect(202)
  const [token, ...more] = await mailedTokens(one, mail)
  if (token === undefined || more.length > 0)
    throw new Error(`${more.length + (token ? 1 : 0)} links were mailed`)
  return token
}
