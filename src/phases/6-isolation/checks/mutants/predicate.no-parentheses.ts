import { replacing } from '../../../../tools/gate/replace/replacing.js'
import * as real from '../../query/predicate.js'

/** Conditions with OR stand without parentheses. */
export default replacing(import.meta.url, '../../query/predicate.js', {
  whereOwn: (frame, app, predicates) =>
    app.some(({ bool }) => bool !== 'and') ? [...app, ...predicates] : real.whereOwn(frame, app, predicates),
} satisfies Partial<typeof real>)
