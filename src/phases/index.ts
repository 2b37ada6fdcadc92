import { inventory } from './1-inventory/phase.js'
import { hardening } from './2-hardening/phase.js'
import { schema } from './3-schema/phase.js'
import { auth } from './4-auth/phase.js'
import { client } from './5-pages/phase.js'
import { isolation } from './6-isolation/phase.js'
import { legacy } from './7-legacy/phase.js'
import { rollout } from './8-rollout/phase.js'
import type { Phase } from './phase.js'

/** The phases from a single-user app to user two, in order. */
export const phases: readonly Phase[] = [
  inventory,
  hardening,
  schema,
  auth,
  client,
  isolation,
  legacy,
  rollout,
]
