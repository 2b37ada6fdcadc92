import type { Config } from '../config/config.js'
import type { Kit } from './kit.js'

const originals = new WeakMap<Kit, Kit>()

/** Returns the kit that the app was wrapped with. */
export const originalOf = (kit: Kit): Kit => originals.get(kit) ?? kit

/** Returns a kit of the same app with another configuration. It shares what {@link onePerApp} makes. */
export function variantOf(kit: Kit, config: Config): Kit {
  // Not a copy: phases may still add to the original.
  const variant: Kit = Object.create(kit, { config: { value: config, enumerable: true } })
  originals.set(variant, originalOf(kit))
  return variant
}

/** Makes a value that the layers and routes of a wrapped app share: `make` is called once per app, on first use. */
export function onePerApp<Made>(make: (kit: Kit) => Made): (kit: Kit) => Made {
  const made = new WeakMap<Kit, { it: Made }>()
  return (given) => {
    const kit = originalOf(given)
    const known = made.get(kit)
    if (known) return known.it
    const it = make(kit)
    made.set(kit, { it })
    return it
  }
}
