import type { Removal } from './without.js'

/** The decisions of the connection layer. The fuzz must find a difference when any one of them is removed. */
export const CONNECTION_REMOVALS: readonly Removal[] = [
  {
    room: 'connection',
    what: 'the user of the binding',
    file: 'binding.ts',
    from: 'settingOf(who.id) : system',
    to: 'settingOf(1) : system',
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
