import type { Platform } from './platform.js'

export interface Tokens {
  access(): string | null
  refresh(): string | null
  /** whether the access token is too old by the clock of the page */
  isOld(): boolean
  /** @param given the answer of a login or a refresh */
  take(given: { access_token?: string; expires_in?: number; refresh_token?: string }): void
  takeAccess(access: string, seconds: number): void
  /** drops only the access token, because it is another user's or too old */
  dropAccess(): void
  clear(): void
}

/**
 * Keeps the access token in memory, where no other page and no later one finds it; the refresh token too,
 * unless the app asked to store it.
 *
 * @param key the storage key; null: in memory
 */
export function tokens(platform: Platform, key: () => string | null): Tokens {
  let access: string | null = null
  let refresh: string | null = null
  let until = 0
  const kept = () => {
    const name = key()
    return name === null ? null : { name, storage: platform.storage() }
  }
  const keep = (token: string | null) => {
    const { name, storage } = kept() ?? {}
    if (!name || !storage) return
    try {
      if (token === null) storage.removeItem(name)
      else storage.setItem(name, token)
    } catch {
      // The storage is full, or blocked: continue without it.
    }
  }
  return {
    access: () => access,
    isOld: () => access === null || platform.now() >= until,
    refresh() {
      const { name, storage } = kept() ?? {}
      return name && storage ? storage.getItem(name) : refresh
    },
    take(given) {
      access = given.access_token ?? null
      until = platform.now() + (given.expires_in ?? 0) * 1_000
      if (given.refresh_token === undefined) return
      refresh = given.refresh_token
      keep(refresh)
    },
    takeAccess(given, seconds) {
      access = given
      until = platform.now() + seconds * 1_000
    },
    dropAccess: () => {
      access = null
    },
    clear() {
      access = refresh = null
      keep(null)
    },
  }
}
