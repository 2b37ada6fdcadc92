/** The oldest supported Node. */
const OLDEST = [20, 19] as const

/** One sentence if this Node is too old; null if it is not. */
export function nodeProblem(version = process.versions.node): string | null {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return null
  return `usertwo needs Node ${OLDEST.join('.')} or later, and this is Node ${version}.`
}

/** @throws Error with that sentence alone: a stack does not help with a Node that is too old */
export function refuseOldNode(): void {
  const problem = nodeProblem()
  if (problem === null) return
  const error = new Error(problem)
  error.stack = problem
  throw error
}
