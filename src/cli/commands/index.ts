import type { Command } from '../command.js'
import { baseline } from './baseline.js'
import { gate } from './gate.js'
import { inventory } from './inventory.js'

/** What `usertwo` can do, in the order of its help. */
export const commands: readonly Command[] = [inventory, baseline, gate]
