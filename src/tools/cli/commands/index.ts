import type { Command } from '../command.js'
import { backout } from './backout.js'
import { baseline } from './baseline.js'
import { check } from './check.js'
import { claim } from './claim.js'
import { gate } from './gate.js'
import { init } from './init.js'
import { inventory } from './inventory.js'
import { migrate } from './migrate.js'
import { rollout } from './rollout.js'
import { run } from './run.js'
import { status } from './status.js'
import { users } from './users.js'

/** What `usertwo` can do, in the order of its help. */
export const commands: readonly Command[] = [
  check,
  init,
  status,
  inventory,
  baseline,
  gate,
  migrate,
  claim,
  users,
  rollout,
  backout,
  run,
]
