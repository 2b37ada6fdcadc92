import type { User } from '../contract/answers.js'

export type { User }

export interface Change {
  user: User | null
  /** the page's previous user; the same user if a login that had ended is back */
  former: User | null
}

export interface Events {
  /** the user has changed, has logged out, or is back after the login had ended */
  change: (change: Change) => void
  /** the login has ended without a logout: the page still shows that user's data */
  expired: (former: User | null) => void
}

/** Keeps the page's user, and notifies listeners when it changes. */
export function people(cache?: { clear(): unknown }) {
  const listeners: { [name in keyof Events]: Set<Events[name]> } = { change: new Set(), expired: new Set() }
  let user: User | null = null
  let isOver = false
  return {
    current: () => user,
    isOver: () => isOver,
    become(next: User | null) {
      const former = user
      const isSame = former?.id === next?.id
      if (isSame && !isOver) {
        user = next
        return
      }
      user = next
      isOver = false
      // One user's data is never shown to another.
      if (former && !isSame) cache?.clear()
      for (const listener of [...listeners.change]) listener({ user, former })
    },
    /** @returns whether it was not known yet */
    expire(): boolean {
      if (isOver) return false
      isOver = true
      for (const listener of [...listeners.expired]) listener(user)
      return true
    },
    /** @returns a function that removes the listener */
    on<Name extends keyof Events>(name: Name, listener: Events[Name]): () => void {
      listeners[name].add(listener)
      return () => void listeners[name].delete(listener)
    },
  }
}
