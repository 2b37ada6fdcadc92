import { bindingOf, isFixed } from '../../../reading/syntax/binding.js'
import { calledMember, isCall, nameOf, propertiesOf, templateOf } from '../../../reading/syntax/syntax.js'
import { child, children, type Node } from '../../../reading/syntax/tree.js'
import { type Rule, SERVER } from './rule.js'

/** What a mail has beside its recipient. */
const MAIL = /^(?:subject|html|text|template|templateId)$/
/** Services that pass a message on to the person who made the address. */
const SERVICES =
  /^https:\/\/(?:hooks\.slack\.com\/|(?:\w+\.)?discord(?:app)?\.com\/api\/webhooks\/|api\.telegram\.org\/bot|ntfy\.sh\/|api\.pushover\.net\/|maker\.ifttt\.com\/)/
const VARIABLE = /(?:SLACK|DISCORD|TEAMS|TELEGRAM|NTFY|PUSHOVER|GOTIFY|IFTTT)\w*(?:URL|HOOK|TOPIC)\w*$/
const SENDS = /^(?:fetch|post|put|request|send)$/

/** A mail or message goes to one recipient, whichever user's rows it is about. */
export const oneRecipient: Rule = {
  kind: 'one-recipient',
  where: SERVER,
  look(node, parents) {
    if (!isCall(node)) return null
    const given = children(node, 'arguments')
    const called = calledMember(node)?.name ?? nameOf(child(node, 'callee')) ?? ''
    if (/^send(?:Mail|Email)?$/i.test(called)) {
      const mail = given.map(propertiesOf).find((parts) => parts.some(({ key }) => MAIL.test(key)))
      const to = fixed(mail?.find(({ key }) => key === 'to')?.value ?? null, parents)
      if (to?.written?.includes('@') || to?.variable) return `mail to ${said(to)}`
    }
    if (called === 'sendMessage' && given.length > 1) {
      const chat = fixed(given[0]!, parents)
      if (chat) return `message to ${said(chat)}`
    }
    const url = SENDS.test(called) ? fixed(given[0] ?? null, parents) : null
    const isService = VARIABLE.test(url?.variable ?? '') || SERVICES.test(url?.written ?? '')
    return url && isService ? `message to ${url.variable ?? new URL(url.written!).host}` : null
  },
}

interface Fixed {
  variable: string | null
  /** with a hole for each `${…}` */
  written: string | null
}

const said = ({ variable, written }: Fixed) => variable ?? written

/** What a value is, where it is the same for all requests: a variable of the environment, or a text; through constants. */
function fixed(node: Node | null, parents: readonly Node[], depth = 0): Fixed | null {
  const name = nameOf(node)
  if (node?.type === 'Identifier' && name && depth < 4 && isFixed(name, parents)) {
    const found = bindingOf(name, parents)
    return found?.init && !found.parameter && found.property === null
      ? fixed(found.init, parents, depth + 1)
      : null
  }
  if (node?.type === 'LogicalExpression') return fixed(child(node, 'left'), parents, depth + 1)
  const of = child(node, 'object')
  if (of && nameOf(of) === null && nameOf(child(of, 'object')) === 'process')
    return { variable: nameOf(child(node, 'property')), written: null }
  if (node?.type === 'NumericLiteral') return { variable: null, written: String(node.value) }
  const written = templateOf(node, 'x')
  return written === null ? null : { variable: null, written }
}
