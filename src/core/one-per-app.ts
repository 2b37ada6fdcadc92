import type { Kit } from './kit.js'

/** What layers and routes of a wrapped app share: `make` is called once for each, when it is first asked for. */
export function onePerApp<Made>(make: (kit: Kit) => Made): (kit: Kit) => Made {
  const made = new WeakMap<Kit, { it: Made }>()
  return (kit) => {
    const known = made.get(kit)
    if (known) return known.it
    const it = make(kit)
    made.set(kit, { it })
    return it
  }
}
