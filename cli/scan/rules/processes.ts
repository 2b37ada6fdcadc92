import { isConstant } from '../../../reading/syntax/constant.js'
import { requestPart } from '../../../reading/syntax/origin.js'
import { calledMember, isCall, nameOf, textOf } from '../../../reading/syntax/syntax.js'
import { child, children } from '../../../reading/syntax/tree.js'
import { type Rule, SERVER } from './rule.js'

const MODULES =
  /^(?:node:)?(child_process|cluster|worker_threads)$|^(execa|shelljs|cross-spawn|piscina|workerpool|tinypool)$/
const STARTS = /^(exec|execSync|execFile|execFileSync|spawn|spawnSync|fork|execa|execaCommand|run|pool)$/

/** What starts a process or a thread of its own. */
export const childProcess: Rule = {
  kind: 'child-process',
  where: SERVER,
  look(node, parents, { imports }) {
    if (!isCall(node) && node.type !== 'NewExpression') return null
    const callee = child(node, 'callee')
    const member = calledMember(node)
    const local = nameOf(callee) ?? (member && nameOf(member.of))
    const origin = local ? imports.get(local) : undefined
    const direct = member && isCall(member.of) ? textOf(children(member.of, 'arguments')[0] ?? null) : null
    const module = origin?.module ?? (direct && MODULES.test(direct) ? direct : undefined)
    const what = member?.name ?? origin?.imported ?? ''
    const name = what === '*' || what === 'default' ? (local ?? '') : what
    if (!module || !MODULES.test(module)) return null
    if (
      !(
        STARTS.test(name) ||
        (node.type === 'NewExpression' && /Worker|Piscina|Pool|default|\*/.test(what || name))
      )
    )
      return null
    const [first] = children(node, 'arguments')
    const command = textOf(first ?? null)
    const asked = children(node, 'arguments').some((one) => requestPart(one, parents))
    const built =
      first && /^(TemplateLiteral|BinaryExpression)$/.test(first.type) && !isConstant(first, parents)
    const also =
      asked || (built && /^exec(Sync)?$/.test(name))
        ? ', with concatenated text: a client that fills it runs commands'
        : ''
    return `${name}(${command ? JSON.stringify(command.slice(0, 40)) : '…'})${also}`
  },
}
