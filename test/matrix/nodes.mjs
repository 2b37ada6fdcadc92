// The Nodes that everything is tried on, whatever the machine has.
import { nodeOf, withNode } from '../../scripts/prepare/other-node.mjs'
import { StepFailed, say } from '../../scripts/prepare/step.mjs'

const own = { node: process.execPath, PATH: process.env.PATH }
export const NODES = [22, 24, 26]

/** From here on each process that is started is of this major; undefined: the machine's. False: it cannot be had, which is said. */
export function changeNode(major) {
  try {
    const node = major ? nodeOf(String(major)) : own.node
    process.env.PATH = withNode(node, { PATH: own.PATH }).PATH
    process.execPath = node
    return true
  } catch (error) {
    if (!(error instanceof StepFailed) || process.env.CI) throw error
    say(`NOT RUN: Node ${major}. ${error.message}`)
    return false
  }
}
