/** The parts of a browser that the client uses; a test supplies its own. */
export interface Platform {
  fetch: (request: Request) => Promise<Response>
  /** URL of the page; null outside of a page */
  address(): string | null
  /** the cookies that a script may read */
  cookies(): string
  locks: Locks | null
  channel(name: string): Channel | null
  storage(): Store | null
  now(): number
  /** @returns a function that cancels it */
  after(ms: number, work: () => void): () => void
  random(): number
  warn(text: string): void
  /** calls when the user returns to the page; returns a function that stops it */
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

/** The browser, typed by the parts that are used, so that the rest of the package needs no browser types. */
export const browserPage: Page = globalThis

export const browser = (): Platform => ({
  // Read at each call, so that a later wrapper of `fetch` applies here too.
  fetch: (request) => browserPage.fetch(request),
  address: () => browserPage.location?.href ?? null,
  cookies: () => browserPage.document?.cookie ?? '',
  // Browsers have no locks over plain http, except on localhost.
  locks: (browserPage.navigator?.locks as Locks | undefined) ?? null,
  channel: (name) =>
    typeof BroadcastChannel === 'undefined' ? null : (new BroadcastChannel(name) as unknown as Channel),
  storage() {
    try {
      return browserPage.localStorage ?? null
    } catch {
      // Access throws where a browser does not let a page store anything.
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
    const { document } = browserPage
    const seen = () => {
      if (document?.visibilityState === 'visible') listener()
    }
    document?.addEventListener('visibilitychange', seen)
    return () => document?.removeEventListener('visibilitychange', seen)
  },
})
