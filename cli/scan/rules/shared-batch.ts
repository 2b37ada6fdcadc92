import { FUNCTION } from '../../../reading/syntax/binding.js'
import { calledMember, isCall, nameOf } from '../../../reading/syntax/syntax.js'
import { child } from '../../../reading/syntax/tree.js'
import { type Rule, SERVER } from './rule.js'

const MODULES =
  /^(dataloader|p-memoize|mem|moize|memoizee|fast-memoize|memoize-one|micro-memoize|lodash\.memoize|p-queue|fastq|better-queue|queue)$/
/** Of a package that has more than this: lodash's `memoize`, async's `queue`. */
const MEMBERS: Record<string, RegExp> = {
  lodash: /^memoize$/,
  underscore: /^memoize$/,
  ramda: /^memoizeWith$/,
  async: /^(queue|priorityQueue|cargo|cargoQueue|memoize)$/,
}

/** A loader, memoised function or queue that is made once for the process, so that all requests share it. */
export const sharedBatch: Rule = {
  kind: 'shared-batch',
  where: SERVER,
  look(node, parents, { imports }) {
    if (!isCall(node) && node.type !== 'NewExpression') return null
    if (parents.some(({ type }) => FUNCTION.test(type))) return null
    const callee = child(node, 'callee')
    const member = calledMember(node)
    const local = nameOf(callee) ?? (member && nameOf(member.of))
    const origin = local ? imports.get(local) : undefined
    if (!origin) return null
    const name = member?.name ?? origin.imported
    const fits = MEMBERS[origin.module]?.test(name) ?? (MODULES.test(origin.module) && isMade(name))
    return fits ? `${origin.module}: one for the process` : null
  },
}

/** The package itself, or a member that makes one (`fastq.promise`); not `loader.load()` of one that is made. */
const isMade = (name: string) => /^(\*|default|promise|[A-Z]\w*|\w*[mM]emoi[sz]e|moize|mem)$/.test(name)
