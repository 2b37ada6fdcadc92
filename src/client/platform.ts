/** What the client uses of a browser; a test brings its own. */
export interface Platform {
  fetch: (request: Request) => Promise<Response>
  /** the address of the page; null outside of one */
  address(): string | null
  /** what a script may read of the cookies */
  cookies(): string
  locks: Locks | null
  channel(name: string): Channel | null
  storage(): Store | null
  now(): number
  /** what comes back takes it back */
  after(ms: number, work: () => void): () => void
  random(): number
  warn(text: string): void
  /** calls when somebody looks at the page again; what comes back ends that */
  onReturn(listener: () => void): () => void
}

export interface Locks {
  request<T>(
    name: string,
    options: { ifAvailable?: boolean },
    work: (lock: unknown) => Promise<T>,
  ): Promise<T>
}

export interface Channel {
  postMessage(message: unknown): void
  onmessage: ((event: { data: unknown }) => void) | null
  close(): void
}

export interface Store {
  getItem(key: string): string | null
  setItem(key: string, value: string): void
  removeItem(key: string): void
}

interface Page {
  fetch: typeof fetch
  location?: { href: string }
  document?: {
    cookie: string
    visibilityState: string
    currentScript: unknown
    addEventListener(type: string, listener: () => void): void
    removeEventListener(type: string, listener: () => void): void
  }
  navigator?: { locks?: unknown }
  localStorage?: Store
}

/** The browser, typed by what is used of it: the rest of the package knows no browser, and its types are not to. */
export const page: Page = globalThis

export const browser = (): Platform => ({
  // Read at each call, so that a later wrapper of `fetch` applies here too.
  fetch: (request) => page.fetch(request),
  address: () => page.location?.href ?? null,
  cookies: () => page.document?.cookie ?? '',
  // Browsers have no locks over plain http, except on localhost.
  locks: (page.navigator?.locks as Locks | undefined) ?? null,
  channel: (name) =>
    typeof BroadcastChannel === 'undefined' ? null : (new BroadcastChannel(name) as unknown as Channel),
  storage() {
    try {
      return page.localStorage ?? null
    } catch {
      // Where a browser lets a page keep nothing, asking for it throws.
      return null
    }
  },
  now: () => Date.now(),
  after(ms, work) {
    const timer = setTimeout(work, ms)
    return () => clearTimeout(timer)
  },
  random: () => Math.random(),
  warn: (text) => console.warn(`usertwo: ${text}`),
  onReturn(listener) {
    const { document } = page
    const seen = () => {
      if (document?.visibilityState === 'visible') listener()
    }
    document?.addEventListener('visibilitychange', seen)
    return () => document?.removeEventListener('visibilitychange', seen)
  },
})
