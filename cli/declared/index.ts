import { adoptCommands } from './adopt.js'
import { checkCommands } from './check.js'
import type { Declaration } from './declaration.js'
import { operateCommands } from './operate.js'
import { rolloutCommands } from './rollout.js'
import { userCommands } from './users.js'

const ALL = { ...adoptCommands, ...checkCommands, ...rolloutCommands, ...operateCommands, ...userCommands }

export type CommandName = keyof typeof ALL

/** Every command by name, in the order of help. */
export const DECLARED: Readonly<Record<CommandName, Declaration>> = ALL
