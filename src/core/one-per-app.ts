import type { Kit } from './kit.js'

/** Makes a value that the layers and routes of a wrapped app share: `make` is called once per app, on first use. */
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
