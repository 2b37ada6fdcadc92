import { problemOf } from './client-error.js'
import type { Mode } from './mode.js'
import type { Platform } from './platform.js'
import type { Refreshed } from './refresh.js'
import type { Tokens } from './tokens.js'

const SAFE = /^(?:GET|HEAD|OPTIONS)$/i

export interface CallParts {
  platform: Platform
  /** of the app's API */
  base: URL
  /** name of the header that holds a bearer token */
  header: string
  /** whether the page and the API have different origins */
  isForeign: boolean
  tokens: Tokens
  learn(): Promise<Mode>
  /** proves that the page sends the call; `mine`: the token made for this page's user, null if not known yet */
  proof(): { mine: string | null; now: string | null }
  canRefresh(): boolean
  refresh(): Promise<Refreshed>
  /** whether there is a sign of a login */
  maybeIn(): boolean
  /** called when a 401 has said that the login has ended */
  over(): void
  /** called when another user may be logged in now */
  moved(): void
  /** called when the server wants a login, but the page was built without one */
  unexpected(): void
}

export interface Calls {
  fetch(input: string | URL | Request, init?: RequestInit): Promise<Response>
  /** Sends a request once, as the current user. */
  send(request: Request, mode: Mode): Promise<Response>
}

/** Sends calls to the app's own API with the login, and calls to other places unchanged. */
export function calls(parts: CallParts): Calls {
  const { platform, base, isForeign } = parts
  const send = sender(parts)
  const withLogin = sendingWithLogin(parts, send)
  return {
    send,
    async fetch(input, init) {
      const to = input instanceof Request ? input : new URL(input, base)
      const { origin } = new URL(input instanceof Request ? input.url : (to as URL))
      if (origin !== base.origin) return platform.fetch(new Request(to, init))
      return withLogin(new Request(to, isForeign ? { credentials: 'include', ...init } : init))
    },
  }
}

/** Adds the token and the proof of the current login. */
function sender({ platform, header, isForeign, tokens, proof: proofOf }: CallParts): Calls['send'] {
  return (request, { refresh, csrf }) => {
    const { headers, method } = request
    const access = tokens.access()
    if (access !== null && (refresh !== null || isForeign)) headers.set(header, `Bearer ${access}`)
    const { mine, now } = proofOf()
    // Reads get the proof of the page's user too, if it is known: they are refused when another user has logged in since.
    const proof = SAFE.test(method) ? mine : (mine ?? now)
    if (proof !== null && !headers.has(csrf.header)) headers.set(csrf.header, proof)
    return platform.fetch(request)
  }
}

/** Sends a request, and exactly once more if the login could be refreshed. */
function sendingWithLogin(parts: CallParts, send: Calls['send']): (request: Request) => Promise<Response> {
  const { platform, header, tokens } = parts

  return async (first) => {
    const mode = await parts.learn()
    if (!mode.isOn) return withoutLogin(first)
    // A caller that sets the login header itself means that login.
    if (first.headers.has(header)) return platform.fetch(first)
    // The answer may clear the cookies.
    const { over } = parts.maybeIn() ? parts : { over: () => {} }
    const again = first.clone()
    if (mode.refresh === 'body' && tokens.access() === null && parts.canRefresh()) await parts.refresh()
    const sent = tokens.access()
    const answer = await send(first, mode)
    if (answer.status !== 401) {
      if (await saysMoved(answer, sent !== null)) parts.moved()
      return answer
    }
    if (!(await isOurs(answer))) return answer
    const outcome = tokens.access() !== sent && tokens.access() !== null ? 'new' : await renewed(first.signal)
    if (outcome === 'over') {
      over()
      return answer
    }
    // Not the 401, which a caller would read as the end of the login.
    if (outcome !== 'new') return unknownOutcome(outcome.unknown)
    const second = await send(again, mode)
    if (second.status === 401 && (await isOurs(second))) over()
    return second
  }

  async function withoutLogin(request: Request): Promise<Response> {
    const answer = await platform.fetch(request)
    if (answer.status === 401 && (await isOurs(answer))) parts.unexpected()
    return answer
  }

  async function renewed(signal: AbortSignal): Promise<Refreshed> {
    if (!parts.canRefresh()) return 'over'
    const aborted = new Promise<never>((_, reject) =>
      signal.addEventListener('abort', () => reject(signal.reason)),
    )
    return Promise.race([parts.refresh(), aborted])
  }
}

function unknownOutcome(unknown: Response | Error): Response {
  if (unknown instanceof Response) return unknown.clone()
  throw unknown
}

/** The app may answer 401 for a reason of its own, and usertwo may for a wrong password. */
const isOurs = async (answer: Response) => (await problemOf(answer))?.code === 'authentication_required'

async function saysMoved(answer: Response, withToken: boolean): Promise<boolean> {
  if (![400, 403, 409].includes(answer.status)) return false
  const code = (await problemOf(answer))?.code ?? ''
  // The header and the cookie may each belong to another user.
  return ['user_changed', 'csrf_failed'].includes(code) || (withToken && code === 'invalid_request')
}
