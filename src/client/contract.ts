import type { Overrides } from './mode.js'
import type { Events, User } from './people.js'

export interface ClientOptions extends Overrides {
  /** where the app's API is; `VITE_API_URL`. Default: the origin of the page */
  baseUrl?: string
  /** `auth.mount` of the server; default `/api/auth` */
  mount?: string
  /** `auth.header` of the server; default `Authorization` */
  header?: string
  /** in body mode: stores the refresh token in localStorage, where every script of the origin can read it; default false */
  persist?: boolean
  /** cleared whenever the page's user changes, also to none */
  cache?: { clear(): unknown }
}

export interface Credentials {
  /** an address, or a user name */
  email?: string
  /** where users log in by a user name */
  username?: string
  password: string
  /** of the second factor, or a recovery code, where one is due */
  code?: string
  /** a shorter login */
  shared_computer?: boolean
}

export interface Client {
  /** Like `fetch`, and adds the login to calls of the app's own API. */
  fetch(input: string | URL | Request, init?: RequestInit): Promise<Response>
  /**
   * @throws ClientError `invalid_credentials`, `rate_limited` with `retryAfter`, `factor_required` where the password was right
   * and a `code` is due as well, …
   */
  login(given: Credentials): Promise<User>
  /** @throws ClientError if the server could not be reached: the login has not ended then */
  logout(): Promise<void>
  /** The current user; null: not logged in. Sends one query. @throws ClientError if the server cannot say */
  user(): Promise<User | null>
  /** @returns a function that removes the listener */
  on<Name extends keyof Events>(name: Name, listener: Events[Name]): () => void
  /** URL of the login page, which then redirects to `next`, a path of this origin; default: the current page. */
  loginPage(next?: string): string
  /** Returns `given` if it is a path of this very origin, otherwise `/`. */
  returnTo(given: unknown): string
  /** Removes all listeners. */
  stop(): void
}
