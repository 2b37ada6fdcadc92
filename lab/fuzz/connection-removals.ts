import type { Removal } from './without.js'

/** The decisions of the connection layer that the fuzz must miss when they are gone, one at a time. */
export const CONNECTION_REMOVALS: readonly Removal[] = [
  {
    room: 'connection',
    what: 'the user of the binding',
    file: 'binding.ts',
    from: "who ? settingOf(who.id) : 'none'",
    to: "who ? settingOf(1) : 'none'",
  },
  {
    room: 'connection',
    what: 'the binding',
    file: 'binding.ts',
    from: 'if (policy.requestRole === null) return null',
    to: 'if (true) return null',
  },
  {
    room: 'connection',
    what: 'the role of the binding',
    file: 'binding.ts',
    from: "system ? 'none' : requestRole",
    to: "'none'",
  },
]
