import type { Mode } from './mode.js'
import type { Platform } from './platform.js'
import type { Tabs } from './tabs.js'
import type { Tokens } from './tokens.js'

/** `over`: there is no login any more. `unknown`: nobody could say, and nobody is logged out for that. */
export type Refreshed = 'new' | 'over' | { unknown: Response | Error }

const TRIES = 3
const PATIENCE = 10_000
/** as long as what another tab told may be under way */
const NEWS = 500

export interface RefreshParts {
  platform: Platform
  mount: string
  init: RequestInit
  tokens: Tokens
  tabs: Tabs
  /** whether tabs have one login between them */
  isShared: boolean
  mode: Mode
  /** the server has no such call any more */
  onGone(): void
}

/** Gets a new access token: in one tab at a time, and in the others what that tab was told. */
export async function refreshed(parts: RefreshParts): Promise<Refreshed> {
  const { platform, mount, tokens, tabs, isShared } = parts
  if (!isShared || !platform.locks) return tries(parts)
  const before = tokens.access()
  const name = `usertwo ${mount}`
  const first = await platform.locks.request(name, { ifAvailable: true }, async (lock) =>
    lock ? tries(parts) : null,
  )
  if (first !== null) return first
  return platform.locks.request(name, {}, async () => {
    if (tokens.access() === before) await tabs.next('refresh', NEWS)
    return tokens.access() === before || tokens.access() === null ? tries(parts) : 'new'
  })
}

async function tries(parts: RefreshParts): Promise<Refreshed> {
  const { platform } = parts
  for (let done = 1; ; done++) {
    const outcome = await once(parts)
    if (outcome === 'new' || outcome === 'over' || !isPassing(outcome.unknown) || done === TRIES)
      return outcome
    const ms = waitOf(outcome.unknown, done, platform.random())
    await new Promise<void>((go) => void platform.after(ms, go))
  }
}

/** Half of it by chance: what failed together is not tried together again. */
function waitOf(failure: Response | Error, done: number, chance: number): number {
  const said = failure instanceof Error ? 0 : Number(failure.headers.get('Retry-After')) * 1_000 || 0
  return Math.max(Math.min(said, PATIENCE), 500 * 2 ** (done - 1) * (0.5 + chance))
}

const isPassing = (failure: Response | Error) =>
  failure instanceof Error || failure.status >= 500 || failure.status === 429 || failure.status === 408

interface Given {
  access_token: string
  expires_in: number
  refresh_token?: string
}

async function once(parts: RefreshParts): Promise<Refreshed> {
  const { platform, mount, tokens, tabs, mode } = parts
  const stop = new AbortController()
  const cancel = platform.after(PATIENCE, () => stop.abort(new Error('The refresh took too long.')))
  const inBody = mode.refresh === 'body'
  const body = inBody ? JSON.stringify({ refresh_token: tokens.refresh() }) : undefined
  const headers: Record<string, string> = inBody ? { 'Content-Type': 'application/json' } : {}
  const init = { ...parts.init, method: 'POST', body, headers, signal: stop.signal }
  try {
    const answer = await platform.fetch(new Request(`${mount}/refresh`, init))
    if (answer.ok) {
      const given = (await answer.json()) as Given
      tokens.take(given)
      if (parts.isShared)
        tabs.tell({ type: 'refresh', access: given.access_token, seconds: given.expires_in })
      return 'new'
    }
    if (answer.status === 401) return 'over'
    if (answer.status !== 404) return { unknown: answer }
    parts.onGone()
    return 'over'
  } catch (error) {
    return { unknown: error as Error }
  } finally {
    cancel()
  }
}
