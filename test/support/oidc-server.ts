import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Provider as OidcProvider, Provider } from 'oidc-provider'

export interface OidcServer {
  issuer: string
  clientId: string
  clientSecret: string
  /** Logs in there without a browser; null: cancels. @returns the address of the callback */
  visit(url: string, login: string | null): Promise<string>
  close(): Promise<void>
}

/** A login page of the provider: a name is enough, and it is what the user is called there. */
const PAGE = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Log in</title></head><body><main>
<h1>The other provider</h1><form method="post"><label>Name <input name="login" required></label>
<button type="submit">Sign in</button></form><form method="post"><input type="hidden" name="cancel" value="yes">
<button type="submit">Cancel</button></form></main></body></html>`

/** A real `oidc-provider` in this process, with one client. Its users are `NAME@idp.example.com`, which it has confirmed. */
export async function oidcServer(redirectUris: string[]): Promise<OidcServer> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const clientSecret = randomBytes(24).toString('base64url')
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: 'the app',
        client_secret: clientSecret,
        redirect_uris: redirectUris,
        response_types: ['code'],
        grant_types: ['authorization_code'],
      },
    ],
    cookies: { keys: [randomBytes(24).toString('base64url')] },
    claims: { openid: ['sub'], email: ['email', 'email_verified'] },
    features: { devInteractions: { enabled: false } },
    pkce: { required: () => true },
    interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
    findAccount: (_ctx, sub) => ({
      accountId: sub,
      claims: () => ({ sub, email: `${sub}@idp.example.com`, email_verified: true }),
    }),
    async loadExistingGrant({ oidc }) {
      const grant = new oidc.provider.Grant({
        clientId: oidc.client!.clientId,
        accountId: oidc.session!.accountId!,
      })
      grant.addOIDCScope('openid email')
      await grant.save()
      return grant
    },
  })
  const callback = provider.callback()
  server.on('request', (req, res) => {
    const isLogin = req.url!.startsWith('/interaction/')
    if (isLogin) interact(provider, req, res).catch(() => res.destroy())
    else callback(req, res)
  })
  return {
    issuer,
    clientId: 'the app',
    clientSecret,
    visit: (url, login) => visit(issuer, url, login),
    async close() {
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

async function interact(provider: OidcProvider, req: IncomingMessage, res: ServerResponse): Promise<void> {
  if (req.method !== 'POST') {
    res.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' }).end(PAGE)
    return
  }
  const parts: Buffer[] = []
  for await (const part of req) parts.push(part as Buffer)
  const form = new URLSearchParams(Buffer.concat(parts).toString())
  const result = form.has('cancel')
    ? { error: 'access_denied', error_description: 'the user cancelled' }
    : { login: { accountId: form.get('login') ?? '' } }
  await provider.interactionFinished(req, res, result, { mergeWithLastSubmission: false })
}

/** The most redirects of one login. */
const MOST = 10

/** Follows redirects with cookies of its own until one leads to the app. */
async function visit(issuer: string, begun: string, login: string | null): Promise<string> {
  const cookies = new Map<string, string>()
  let url = begun
  let body: URLSearchParams | undefined
  for (let n = 0; n < MOST; n++) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const sent = body ? { method: 'POST', body } : {}
    const answer = await fetch(url, { redirect: 'manual', headers: { cookie }, ...sent })
    for (const line of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!
      cookies.set(name!, value!)
    }
    const next = answer.headers.get('location')
    body = next === null ? new URLSearchParams(login === null ? { cancel: 'yes' } : { login }) : undefined
    if (next !== null) url = new URL(next, url).href
    if (!url.startsWith(issuer)) return url
  }
  throw new Error('the provider redirects in a circle')
}
