import type { Config } from './config.js'
import type { Settings } from './settings.js'

/**
 * usertwo's addresses as browsers see them. They differ from those at which requests arrive where a proxy in front takes
 * a path away: PUBLIC_URL has it.
 */
export interface Addresses {
  /** the path of PUBLIC_URL, `/notes`; empty without one */
  root: string
  /** where the app begins: `/`, or `/notes/` */
  home: string
  /** `auth.pages`, below the root */
  pages: string
  /** `auth.mount`, below the root */
  mount: string
}

export function shownAddresses(
  { auth }: Pick<Config, 'auth'>,
  settings: Pick<Settings, 'PUBLIC_URL'>,
): Addresses {
  const root = rootOf(settings)
  return { root, home: `${root}/`, pages: root + auth.pages, mount: root + auth.mount }
}

/** An address of the web: its origin and its path, without a slash at its end; undefined for any other text. */
export function webAddress(given: string): string | undefined {
  if (!URL.canParse(given) || !/^https?:/.test(given)) return undefined
  const { origin, pathname } = new URL(given)
  return origin + pathname.replace(/\/+$/, '')
}

/** The path that a proxy in front takes away, without a slash at its end; empty: none. */
export const rootOf = ({ PUBLIC_URL }: Pick<Settings, 'PUBLIC_URL'>): string =>
  PUBLIC_URL === undefined ? '' : new URL(PUBLIC_URL).pathname.replace(/\/$/, '')
