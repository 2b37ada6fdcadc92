import * as real from '../../../../../src/phases/6-isolation/query/predicate.js'
import { replacing } from '../../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../../src/phases/6-isolation/query/predicate.js', {
  /** Conditions with OR have no parentheses. */
  noParentheses: {
    whereOwn: (frame, app, predicates) =>
      app.some(({ bool }) => bool !== 'and')
        ? [...app, ...predicates]
        : real.whereOwn(frame, app, predicates),
  },
} satisfies Record<string, Partial<typeof real>>)
