import type { Command } from '../command.js'
import { baseline } from './baseline.js'
import { gate } from './gate.js'

/** What `usertwo` can do, in the order of its help. */
export const commands: readonly Command[] = [baseline, gate]
