import http, { type ClientRequest, type RequestOptions } from 'node:http'
import https from 'node:https'
import { syncBuiltinESMExports } from 'node:module'
import type { Kit } from '../../../core/kit.js'
import { patch } from '../../../core/process/patch.js'
import { shared } from '../../../core/process/store.js'
import { currentRequest } from '../../../express/forgotten.js'
import { isAtOrBelow } from '../../../express/path.js'
import { carriedTokens } from './login-state.js'

const WHY = 'what the app asks of itself, at auth.ownCalls, carries the login of the request that it handles'
const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]'])

type Call = (...given: unknown[]) => ClientRequest
interface Login {
  /** the name of the header */
  header: string
  value: string
}

// The functions belong to the process: all its wrapped apps share one patch.
const { logins } = shared('own calls', () => ({ logins: new Set<(url: URL) => Login | null>() }))

/**
 * Gives calls of the app to itself the login of the request during which they are made: usertwo takes it off each request
 * before the app sees it, so the app cannot hand it on. Only at the paths of `auth.ownCalls`, and only to the port of this machine at
 * which the request itself came in; a call with a login of its own keeps that. The call is judged like any other request.
 */
export function carryLogins({ config, onDispose }: Pick<Kit, 'config' | 'onDispose'>): void {
  const { ownCalls = [], header, mount, pages } = config.auth
  const loginOf = (url: URL): Login | null => {
    const req = currentRequest()
    const token = req && carriedTokens.get(req)
    if (!token || !LOOPBACK.has(url.hostname) || portOf(url) !== req.socket.localPort) return null
    const isBelow = (path: string) => isAtOrBelow(url.pathname, path)
    // The addresses of usertwo itself are for users, and not for what an app sends in their name.
    const carries = ownCalls.some(isBelow) && ![mount, pages].some(isBelow)
    return carries ? { header, value: `Bearer ${token}` } : null
  }
  logins.add(loginOf)
  const undo = [byFetch(), ...[http, https].flatMap(byModule)]
  // For `import { request } from 'node:http'`.
  syncBuiltinESMExports()
  onDispose(async () => {
    logins.delete(loginOf)
    for (const step of undo) step()
    syncBuiltinESMExports()
  })
}

/** Returns the login that a call to this address carries; null: none. */
function loginFor(url: URL | null): Login | null {
  for (const loginOf of url ? logins : []) {
    const login = loginOf(url!)
    if (login) return login
  }
  return null
}

const portOf = ({ port, protocol }: URL) => Number(port || (protocol === 'https:' ? 443 : 80))

function byFetch(): () => void {
  return patch(
    globalThis,
    'fetch',
    (below): typeof fetch =>
      (input, init) => {
        const login = loginFor(readUrl(input instanceof Request ? input.url : String(input)))
        if (!login) return below(input, init)
        const headers = new Headers(init?.headers ?? (input instanceof Request ? input.headers : undefined))
        if (headers.has(login.header)) return below(input, init)
        headers.set(login.header, login.value)
        return login.header === 'authorization'
          ? below(input, { ...init, headers })
          : followed(below, input, init, headers)
      },
    { of: 'globalThis.fetch to itself', why: WHY },
  )
}

/** Where a redirect leads elsewhere, fetch takes off `authorization` and no header of another name: each hop is judged again. */
async function followed(
  below: typeof fetch,
  input: Parameters<typeof fetch>[0],
  init: RequestInit | undefined,
  headers: Headers,
): Promise<Response> {
  const asked = input instanceof Request ? input : null
  const redirect = init?.redirect ?? asked?.redirect ?? 'follow'
  const answer = await below(input, {
    ...init,
    headers,
    redirect: redirect === 'error' ? redirect : 'manual',
  })
  const to = answer.headers.get('location')
  const isFollowed = redirect === 'follow' && to !== null && [301, 302, 303, 307, 308].includes(answer.status)
  // A body that was read once cannot be sent again.
  if (!isFollowed || (asked?.body && answer.status > 303)) return answer
  const method = init?.method ?? asked?.method ?? 'GET'
  const isRead = answer.status === 303 || (answer.status < 303 && method === 'POST')
  const from = new URL(asked?.url ?? String(input))
  const next = new URL(to, from)
  const own = new Headers(init?.headers ?? asked?.headers)
  if (next.origin !== from.origin) for (const name of ['authorization', 'cookie']) own.delete(name)
  const { body, ...rest } = init ?? {}
  return fetch(next, { ...rest, ...(!isRead && { body }), method: isRead ? 'GET' : method, headers: own })
}

/** `request` and `get` of `node:http` and `node:https`, which other clients call. */
function byModule(module: typeof http | typeof https): (() => void)[] {
  const functions = module as unknown as Record<'request' | 'get', Call>
  const name = module === http ? 'http' : 'https'
  const request = (below: Call): Call =>
    function request(...given) {
      const login = loginFor(addressOf(name, given))
      const made = below(...given)
      // One with a list of headers, or with Expect, is written already.
      if (login && !made.headersSent && !made.hasHeader(login.header))
        made.setHeader(login.header, login.value)
      return made
    }
  const get = (below: Call): Call =>
    function get(...given) {
      if (!loginFor(addressOf(name, given))) return below(...given)
      const made = functions.request(...given)
      made.end()
      return made
    }
  return [
    patch(functions, 'request', request, { of: `${name}.request to itself`, why: WHY }),
    patch(functions, 'get', get, { of: `${name}.get to itself`, why: WHY }),
  ]
}

/** The address of `request(url, options, callback)`; any part may be missing. Null: a socket in the file system, or no address. */
function addressOf(name: 'http' | 'https', given: readonly unknown[]): URL | null {
  const isUrl = typeof given[0] === 'string' || given[0] instanceof URL
  const url = isUrl ? readUrl(String(given[0])) : null
  const options = (isUrl ? given[1] : given[0]) as RequestOptions | undefined
  const { hostname, host, port, path, socketPath } = typeof options === 'object' ? { ...options } : {}
  if (socketPath || (isUrl && !url)) return null
  const at = hostname ?? host ?? url?.hostname ?? 'localhost'
  const place = `${at.includes(':') && !at.startsWith('[') ? `[${at}]` : at}:${port ?? (url ? portOf(url) : name === 'https' ? 443 : 80)}`
  return readUrl(`${name}://${place}${path ?? (url ? url.pathname : '/')}`)
}

function readUrl(text: string): URL | null {
  return URL.canParse(text) ? new URL(text) : null
}
