import { jobAt } from '../../../reading/facts/jobs.js'
import { type Rule, SERVER } from './rule.js'

/** What runs by the clock, a queue, or what a listener hears: queries of it belong to no request. */
export const timer: Rule = {
  kind: 'timer',
  where: SERVER,
  look: (node, parents, source) => jobAt(node, parents, source)?.what ?? null,
}
