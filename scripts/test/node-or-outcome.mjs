import { nodeOf } from '../prepare/other-node.mjs'
import { StepFailed, say } from '../prepare/step.mjs'

/**
 * Returns the binary of another Node. If it cannot be downloaded, returns a failure in CI and a skip
 * elsewhere, and prints the reason.
 */
export function nodeOrOutcome(major, ci = process.env.CI) {
  try {
    return { program: nodeOf(major) }
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error
    say(`NOT RUN: Node ${major}. ${error.message}`)
    return { passed: 0, failed: ci ? 1 : 0, reds: ci ? [error.message] : [] }
  }
}
