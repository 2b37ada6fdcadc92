import type { Channel, Locks, Platform, Store } from '../../src/client/platform.js'

/** A browser without a window: what its tabs share, over a real server. */
export interface Browser {
  /** what goes out: `POST /api/auth/refresh 200` */
  asked: string[]
  /** headers of what went out */
  sent: { path: string; headers: Headers }[]
  cookies: Map<string, Cookie>
  storage: Map<string, string>
  /** instead of the server, for what it answers */
  instead: ((request: Request) => Response | Error | undefined | Promise<Response | undefined>)[]
  /** what the tabs draw as a random number; default: 0.5 */
  chance: { next: number }
  now(): number
  /** moves the clock; what was to be done by then is done */
  move(ms: number): Promise<void>
  waits(): number[]
  tab(what?: Partial<Platform>): Tab
}

export interface Tab extends Platform {
  warnings: string[]
  /** the user returns to the tab */
  look(): void
}

interface Cookie {
  value: string
  path: string
  httpOnly: boolean
}

interface Timer {
  at: number
  ms: number
  work: () => void
}

/** @param url the address of the page */
export function browserOn(url: string): Browser {
  const cookies = new Map<string, Cookie>()
  const storage = new Map<string, string>()
  const timers = new Set<Timer>()
  const asked: string[] = []
  const sent: Browser['sent'] = []
  const instead: Browser['instead'] = []
  const channels = new Map<string, Set<Channel>>()
  const locks = sharedLocks()
  const chance = { next: 0.5 }
  let now = Date.now()

  const cookiesFor = (path: string) =>
    [...cookies].filter(([, { path: at }]) => at === '/' || path === at || path.startsWith(`${at}/`))
  const keep = (line: string) => {
    const [pair, ...attributes] = line.split('; ')
    const [name, value] = pair!.split(/=(.*)/s) as [string, string]
    const of = (key: string) => attributes.find((one) => one.startsWith(`${key}=`))?.slice(key.length + 1)
    if (value === '') cookies.delete(name)
    else cookies.set(name, { value, path: of('Path') ?? '/', httpOnly: attributes.includes('HttpOnly') })
  }

  async function send(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url)
    const line = `${request.method} ${pathname}`
    const headers = new Headers(request.headers)
    sent.push({ path: line, headers: new Headers(headers) })
    for (const one of instead) {
      const answer = await one(request)
      if (answer === undefined) continue
      asked.push(`${line} ${answer instanceof Error ? 'failed' : answer.status}`)
      if (answer instanceof Error) throw answer
      return answer
    }
    headers.set('Origin', new URL(url).origin)
    headers.set('Sec-Fetch-Site', 'same-origin')
    const pairs = cookiesFor(pathname).map(([name, { value }]) => `${name}=${value}`)
    if (pairs.length > 0) headers.set('Cookie', pairs.join('; '))
    const answer = await fetch(new Request(request, { headers }))
    for (const line of answer.headers.getSetCookie()) keep(line)
    asked.push(`${line} ${answer.status}`)
    return answer
  }

  return {
    asked,
    sent,
    cookies,
    storage,
    instead,
    chance,
    now: () => now,
    waits: () => [...timers].map(({ ms }) => ms),
    async move(ms) {
      now += ms
      for (const timer of timers)
        if (timer.at <= now) {
          timers.delete(timer)
          timer.work()
        }
      await new Promise((done) => setTimeout(done, 5))
    },
    tab(what = {}) {
      const warnings: string[] = []
      const returns = new Set<() => void>()
      return {
        fetch: send,
        address: () => `${url}/page?at=1`,
        cookies: () =>
          cookiesFor('/page')
            .filter(([, { httpOnly }]) => !httpOnly)
            .map(([name, { value }]) => `${name}=${value}`)
            .join('; '),
        locks,
        channel: (name) => channelOf(channels, name),
        storage: (): Store => ({
          getItem: (key) => storage.get(key) ?? null,
          setItem: (key, value) => void storage.set(key, value),
          removeItem: (key) => void storage.delete(key),
        }),
        now: () => now,
        after(ms, work) {
          const timer = { at: now + ms, ms, work }
          timers.add(timer)
          return () => void timers.delete(timer)
        },
        random: () => chance.next,
        warn: (text) => void warnings.push(text),
        onReturn(listener) {
          returns.add(listener)
          return () => void returns.delete(listener)
        },
        ...what,
        warnings,
        look: () => {
          for (const listener of returns) listener()
        },
      }
    },
  }
}

/** Node 20 has no `navigator.locks`. */
function sharedLocks(): Locks {
  const held = new Map<string, Promise<unknown>>()
  return {
    async request(name, { ifAvailable }, work) {
      if (ifAvailable && held.has(name)) return work(null)
      const before = held.get(name)
      const mine = (async () => {
        await before?.catch(() => {})
        return work({ name })
      })()
      held.set(name, mine)
      try {
        return await mine
      } finally {
        if (held.get(name) === mine) held.delete(name)
      }
    },
  }
}

function channelOf(all: Map<string, Set<Channel>>, name: string): Channel {
  const channels = all.get(name) ?? new Set()
  all.set(name, channels)
  const channel: Channel = {
    onmessage: null,
    // Later, as between processes, and a copy.
    postMessage: (message) => {
      const data = structuredClone(message)
      for (const other of channels)
        if (other !== channel) setTimeout(() => channels.has(other) && other.onmessage?.({ data }), 1)
    },
    close: () => void channels.delete(channel),
  }
  channels.add(channel)
  return channel
}
