import { nodeOf } from '../prepare/other-node.mjs'
import { StepFailed, say } from '../prepare/step.mjs'

/** The program of another Node; where it cannot be had, a failure in CI and a skip elsewhere, said either way. */
export function nodeOrOutcome(major, ci = process.env.CI) {
  try {
    return { program: nodeOf(major) }
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error
    say(`NOT RUN: Node ${major}. ${error.message}`)
    return { passed: 0, failed: ci ? 1 : 0, reds: ci ? [error.message] : [] }
  }
}
