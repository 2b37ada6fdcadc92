import type { Command } from '../command.js'
import { audit } from './audit.js'
import { backout } from './backout.js'
import { baseline } from './baseline.js'
import { check } from './check.js'
import { claim } from './claim.js'
import { doctor } from './doctor.js'
import { fix } from './fix.js'
import { gate } from './gate.js'
import { init } from './init.js'
import { inventory } from './inventory.js'
import { invite } from './invite.js'
import { keys } from './keys.js'
import { migrate } from './migrate.js'
import { rollout } from './rollout.js'
import { run } from './run.js'
import { sessions } from './sessions.js'
import { smoke } from './smoke.js'
import { status } from './status.js'
import { test } from './test.js'
import { tokens } from './tokens.js'
import { users } from './users.js'

/** What `usertwo` can do, in the order of its help. */
export const commands: readonly Command[] = [
  check,
  init,
  fix,
  status,
  doctor,
  inventory,
  baseline,
  gate,
  test,
  migrate,
  claim,
  invite,
  users,
  sessions,
  audit,
  tokens,
  keys,
  smoke,
  rollout,
  backout,
  run,
]
