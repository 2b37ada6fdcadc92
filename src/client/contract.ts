import type { Overrides } from './mode.js'
import type { Events, User } from './people.js'

export interface ClientOptions extends Overrides {
  /** where the app's API is; `VITE_API_URL`. Default: the origin of the page */
  baseUrl?: string
  /** `auth.mount` of the server; default `/api/auth` */
  mount?: string
  /** `auth.header` of the server; default `Authorization` */
  header?: string
  /** in body mode: keeps the refresh token in localStorage, for every script of the origin to read; default false */
  persist?: boolean
  /** cleared whenever the page is for somebody else than before, or for nobody */
  cache?: { clear(): unknown }
}

export interface Credentials {
  /** an address, or a user name */
  email?: string
  /** where people log in by a user name */
  username?: string
  password: string
  /** a shorter login */
  shared_computer?: boolean
}

export interface Client {
  /** As `fetch`, with the login where it goes to the app's own API. */
  fetch(input: string | URL | Request, init?: RequestInit): Promise<Response>
  /** @throws ClientError `invalid_credentials`, `rate_limited` with `retryAfter`, … */
  login(given: Credentials): Promise<User>
  /** @throws ClientError where the server could not be told: the login is still there then */
  logout(): Promise<void>
  /** Who is logged in; null: nobody. Asks once. @throws ClientError where nobody can say */
  user(): Promise<User | null>
  /** @returns ends it */
  on<Name extends keyof Events>(name: Name, listener: Events[Name]): () => void
  /** Address of the login page, which goes on to `next`, a path of this origin; default: where the page is. */
  loginPage(next?: string): string
  /** `given` where it is a path of this very origin, else `/`. */
  returnTo(given: unknown): string
  /** Ends what it listens to. */
  stop(): void
}
