import { swallows } from '../../../reading/routes/swallowed.js'
import { type Rule, SERVER } from './rule.js'

/** A handler that catches an error, and sends no answer then. */
export const swallowedError: Rule = {
  kind: 'swallowed-error',
  where: SERVER,
  look: (node, parents) => (swallows(node, parents) ? 'catches its errors, and sends no answer then' : null),
}
