import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { challengeOf } from '../../proof/checks/4-auth/oauth/small-provider.js'

export interface GithubUser {
  id: number | string
  login: string
  emails: { email: string; primary: boolean; verified: boolean }[]
}

export interface GithubServer {
  issuer: string
  clientId: string
  clientSecret: string
  user: GithubUser
  /** the queries of its login address, newest last */
  logins: URLSearchParams[]
  /** paths that it answers with 500 */
  fails: Set<string>
  visit(url: string): Promise<string>
  close(): Promise<void>
}

const random = () => randomBytes(20).toString('hex')

/** A server with the addresses and answers of a GitHub Enterprise Server: OAuth 2 without ID tokens, errors with status 200. */
export async function githubServer(redirectUri: string): Promise<GithubServer> {
  const codes = new Map<string, string>()
  const tokens = new Map<string, GithubUser>()
  const server = createServer((req, res) => {
    answer(req, res).catch(() => res.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const self: GithubServer = {
    issuer,
    clientId: 'Iv1.0123456789abcdef',
    clientSecret: random(),
    user: { id: 583231, login: 'octocat', emails: [] },
    logins: [],
    fails: new Set(),
    visit: async (url) => (await fetch(url, { redirect: 'manual' })).headers.get('location') ?? '',
    async close() {
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
  return self

  async function answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(req.url!, issuer)
    const send = (body: object, status = 200) =>
      void res
        .writeHead(status, { 'Content-Type': 'application/json; charset=utf-8' })
        .end(JSON.stringify(body))
    if (self.fails.has(pathname)) return send({ message: 'Server Error' }, 500)
    if (pathname === '/login/oauth/authorize') return authorize(searchParams, res)
    if (pathname === '/login/oauth/access_token') return send(await token(req))
    const user = tokens.get(/^Bearer (.+)$/.exec(req.headers.authorization ?? '')?.[1] ?? '')
    if (!user || !req.headers['user-agent']) return send({ message: 'Requires authentication' }, 401)
    if (pathname === '/api/v3/user') return send({ id: user.id, login: user.login, email: null })
    if (pathname === '/api/v3/user/emails') return send(user.emails)
    return send({ message: 'Not Found' }, 404)
  }

  function authorize(query: URLSearchParams, res: ServerResponse): void {
    self.logins.push(query)
    if (query.get('redirect_uri') !== redirectUri || query.get('client_id') !== self.clientId)
      return void res.writeHead(404).end()
    const code = random().slice(0, 20)
    codes.set(code, query.get('code_challenge') ?? '')
    const back = new URL(redirectUri)
    back.searchParams.set('code', code)
    back.searchParams.set('state', query.get('state') ?? '')
    res.writeHead(302, { Location: back.href }).end()
  }

  async function token(req: IncomingMessage): Promise<object> {
    const parts: Buffer[] = []
    for await (const part of req) parts.push(part as Buffer)
    const body = new URLSearchParams(Buffer.concat(parts).toString())
    if (body.get('client_secret') !== self.clientSecret) return { error: 'incorrect_client_credentials' }
    const challenge = codes.get(body.get('code') ?? '')
    codes.delete(body.get('code') ?? '')
    if (challenge === undefined || challengeOf(body.get('code_verifier') ?? '') !== challenge)
      return { error: 'bad_verification_code', error_description: 'The code passed is incorrect or expired.' }
    const access = `gho_${random()}`
    tokens.set(access, self.user)
    return { access_token: access, token_type: 'bearer', scope: 'read:user,user:email' }
  }
}
