import { expect, it } from 'vitest'
import { nodeProblem } from './supported-node.js'

it('says in one sentence that a Node is too old, and nothing of one that is not', () => {
  for (const version of ['16.20.2', '18.20.8', '20.18.3'])
    expect(nodeProblem(version)).toBe(`usertwo needs Node 20.19 or later, and this is Node ${version}.`)
  for (const version of ['20.19.0', '20.20.1', '22.0.0', '25.1.0', process.versions.node])
    expect(nodeProblem(version)).toBeNull()
})
