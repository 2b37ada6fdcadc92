import { replacing } from '../replace/replacing.js'

export default replacing(import.meta.url, '../../../src/record/record.js', {
  /** In a gate the second user may register without a recorded GO, which the gate is there to find out. */
  open: {
    recordProblem: () => null,
    recordsProblem: () => null,
  },
} satisfies Record<string, Partial<typeof import('../../../src/record/record.js')>>)
