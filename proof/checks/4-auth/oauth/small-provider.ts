import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** A user of the provider, as its claims name them. */
export interface ProviderUser {
  sub: string
  email?: string
  email_verified?: boolean
  preferred_username?: string
}

/** What the provider does wrong on purpose. */
export interface OddProvider extends OddToken {
  /** `iss` in the callback; null: none */
  iss?: string | null
  /** `issuer` in its description of itself */
  issuer?: string
  /** how long it waits before it answers. Milliseconds */
  waits?: { path: string; ms: number }
  /** it answers with this status */
  fails?: { path: string; status: number }
}

export interface SmallProvider {
  issuer: string
  clientId: string
  clientSecret: string
  /** who logs in there */
  user: ProviderUser
  odd: OddProvider
  /** how many requests each path got */
  asked: Record<string, number>
  /** the queries of its login address, newest last */
  logins: URLSearchParams[]
  /** the access token and the ID token that it made last */
  tokens: string[]
  /** Logs in there at once, as a browser would. @returns the address of the callback */
  visit(url: string): Promise<string>
  close(): Promise<void>
}

/** A code that waits for its exchange. */
interface Issued {
  redirectUri: string
  challenge: string
  nonce: string | null
  user: ProviderUser
}

/** What its addresses share. */
interface State {
  self: SmallProvider
  redirectUris: readonly string[]
  codes: Map<string, Issued>
  /** by access token */
  users: Map<string, ProviderUser>
  keys: TokenKeys
}

/** A small OpenID Connect provider: one client, one user, code flow with PKCE. It is strict, so that what the app sends is tested. */
export async function smallProvider(redirectUris: readonly string[], name = 'small'): Promise<SmallProvider> {
  const server = createServer((req, res) => {
    answer(state, req, res).catch(() => res.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const self: SmallProvider = {
    issuer: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    clientId: `client of ${name}`,
    clientSecret: randomText(),
    user: { sub: 'ann' },
    odd: {},
    asked: {},
    logins: [],
    tokens: [],
    async visit(url) {
      const { headers } = await fetch(url, { redirect: 'manual' })
      return headers.get('location') ?? ''
    },
    async close() {
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
  const state: State = { self, redirectUris, codes: new Map(), users: new Map(), keys: tokenKeys() }
  return self
}

async function answer(state: State, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const { self, keys } = state
  const { pathname, searchParams } = new URL(req.url!, self.issuer)
  self.asked[pathname] = (self.asked[pathname] ?? 0) + 1
  const { waits, fails } = self.odd
  if (waits?.path === pathname) await sleep(waits.ms)
  if (fails?.path === pathname) return json(res, {}, fails.status)
  if (pathname === '/.well-known/openid-configuration')
    return json(res, { ...metadata(self.issuer), issuer: self.odd.issuer ?? self.issuer })
  if (pathname === '/jwks') return json(res, keys.jwks)
  if (pathname === '/authorize') return authorize(state, searchParams, res)
  if (pathname === '/token' && req.method === 'POST') return token(state, req, res)
  if (pathname === '/me') return me(state, req, res)
  return json(res, {}, 404)
}

const metadata = (issuer: string): object => ({
  issuer,
  authorization_endpoint: `${issuer}/authorize`,
  token_endpoint: `${issuer}/token`,
  userinfo_endpoint: `${issuer}/me`,
  jwks_uri: `${issuer}/jwks`,
  response_types_supported: ['code'],
  subject_types_supported: ['public'],
  id_token_signing_alg_values_supported: ['RS256'],
  authorization_response_iss_parameter_supported: true,
})

function authorize({ self, redirectUris, codes }: State, query: URLSearchParams, res: ServerResponse): void {
  self.logins.push(query)
  const redirectUri = query.get('redirect_uri') ?? ''
  const challenge = query.get('code_challenge') ?? ''
  const isGood =
    query.get('client_id') === self.clientId &&
    query.get('response_type') === 'code' &&
    query.get('code_challenge_method') === 'S256' &&
    challenge.length === 43 &&
    redirectUris.includes(redirectUri)
  if (!isGood) {
    json(res, { error: 'invalid_request' }, 400)
    return
  }
  const code = randomText()
  codes.set(code, { redirectUri, challenge, nonce: query.get('nonce'), user: self.user })
  const back = new URL(redirectUri)
  back.searchParams.set('code', code)
  back.searchParams.set('state', query.get('state') ?? '')
  const { iss = self.issuer } = self.odd
  if (iss !== null) back.searchParams.set('iss', iss)
  res.writeHead(302, { Location: back.href }).end()
}

async function token({ self, codes, users, keys }: State, req: IncomingMessage, res: ServerResponse) {
  const body = new URLSearchParams(await textOf(req))
  const [id, secret] = basic(req)
  if (id !== self.clientId || secret !== self.clientSecret) return json(res, { error: 'invalid_client' }, 401)
  const issued = codes.get(body.get('code') ?? '')
  codes.delete(body.get('code') ?? '')
  const isGood =
    issued !== undefined &&
    body.get('grant_type') === 'authorization_code' &&
    body.get('redirect_uri') === issued.redirectUri &&
    challengeOf(body.get('code_verifier') ?? '') === issued.challenge
  if (!isGood) return json(res, { error: 'invalid_grant' }, 400)
  const { user, nonce } = issued
  const access = randomText()
  users.set(access, user)
  const iat = Math.floor(Date.now() / 1000)
  const { issuer: iss, clientId: aud } = self
  const made = keys.token({ iss, aud, iat, exp: iat + 300, ...user, ...(nonce && { nonce }) }, self.odd)
  self.tokens = [access, made]
  json(res, { access_token: access, token_type: 'Bearer', expires_in: 300, id_token: made })
}

function me({ users }: State, req: IncomingMessage, res: ServerResponse): void {
  const user = users.get(/^Bearer (.+)$/.exec(req.headers.authorization ?? '')?.[1] ?? '')
  if (user) json(res, user)
  else json(res, {}, 401)
}

function json(res: ServerResponse, body: object, status = 200): void {
  res.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body))
}

async function textOf(req: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of req) parts.push(part as Buffer)
  return Buffer.concat(parts).toString()
}

/** The client's name and secret, form-encoded within the header (RFC 6749, 2.3.1). */
function basic(req: IncomingMessage): string[] {
  const given = /^Basic (.+)$/.exec(req.headers.authorization ?? '')?.[1] ?? ''
  return Buffer.from(given, 'base64')
    .toString()
    .split(':')
    .map((part) => decodeURIComponent(part.replaceAll('+', ' ')))
}

/** What is wrong with an ID token on purpose; a claim that is undefined is left out. */
export interface OddToken {
  claims?: Record<string, unknown>
  header?: Record<string, unknown>
  /** signed by a key that the provider does not publish */
  byOther?: true
}

interface TokenKeys {
  /** as the provider publishes it (RFC 7517) */
  jwks: object
  /** A signed ID token (RS256). */
  token(claims: Record<string, unknown>, odd?: OddToken): string
}

const KID = 'one'

/** New keys, for one provider. */
function tokenKeys(): TokenKeys {
  const pair = generateKeyPairSync('rsa', { modulusLength: 2048 })
  let other: KeyObject | undefined
  const otherKey = () => {
    other ??= generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
    return other
  }
  return {
    jwks: { keys: [{ ...pair.publicKey.export({ format: 'jwk' }), kid: KID, use: 'sig', alg: 'RS256' }] },
    token(claims, odd = {}) {
      const header = { alg: 'RS256', typ: 'JWT', kid: KID, ...odd.header }
      const text = [header, { ...claims, ...odd.claims }]
        .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
        .join('.')
      if (header.alg === 'none') return `${text}.`
      const key = odd.byOther ? otherKey() : pair.privateKey
      return `${text}.${sign('sha256', Buffer.from(text), key).toString('base64url')}`
    },
  }
}

const randomText = (): string => randomBytes(24).toString('base64url')

/** The challenge of a verifier (RFC 7636, 4.2). */
export const challengeOf = (verifier: string): string =>
  createHash('sha256').update(verifier).digest('base64url')
