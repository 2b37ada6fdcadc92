import type { TestProject } from 'vitest/node'

/** Hands the server of `npm run mutation` to the tests of every mutant. One for each would take seconds. */
export default function setup(project: TestProject): void {
  const url = process.env.MUTATION_POSTGRES
  if (!url) throw new Error('MUTATION_POSTGRES is not set: start this by npm run mutation')
  project.provide('postgres', url)
}
