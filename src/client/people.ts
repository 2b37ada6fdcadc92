import type { User } from '../contract/answers.js'

export type { User }

export interface Change {
  user: User | null
  /** for whom the page was until now; the same person, where a login that had ended is back */
  former: User | null
}

export interface Events {
  /** another person, or nobody, or a login that had ended is back */
  change: (change: Change) => void
  /** the login has ended, and nobody logged out: what is on the page is still that person's */
  expired: (former: User | null) => void
}

/** For whom the page is, and who is told when that changes. */
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
      // Nothing of one person is ever shown to another.
      if (former && !isSame) cache?.clear()
      for (const listener of [...listeners.change]) listener({ user, former })
    },
    /** @returns whether it is news */
    expire(): boolean {
      if (isOver) return false
      isOver = true
      for (const listener of [...listeners.expired]) listener(user)
      return true
    },
    /** @returns ends it */
    on<Name extends keyof Events>(name: Name, listener: Events[Name]): () => void {
      listeners[name].add(listener)
      return () => void listeners[name].delete(listener)
    },
  }
}
