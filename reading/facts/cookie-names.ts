import type { Source } from '../syntax/sources.js'
import { calledMember, isCall, isMemberAccess, nameOf, textOf } from '../syntax/syntax.js'
import { child, children, traverse } from '../syntax/tree.js'

/** `site=([^;]*)`, as a pattern takes a cookie's value out of the header. */
const IN_PATTERN = /([\w-]{2,40})=(?:\(|\[|\.|\\)/g
/** `site=`, as a text that the header is searched for. */
const IN_TEXT = /^([\w-]{2,40})=$/
/** Objects and functions that take a cookie by its name. */
const COOKIES = /^(?:signedC|c)ookies$/
const COOKIE = /^(?:(?:set|get|clear)?cookie)$/i

/** Returns the names of the cookies that the sources read or set: members, arguments, and those in a pattern or text. */
export function cookieNames(sources: readonly Source[]): string[] {
  const found = new Set<string>()
  const take = (name: string | null | undefined) => {
    if (name && /^[\w-]+$/.test(name)) found.add(name)
  }
  for (const { tree } of sources) {
    let isAbout = false
    const searched: string[] = []
    traverse(tree, (node) => {
      if (nameOf(node)?.toLowerCase().includes('cookie')) isAbout = true
      if (node.type === 'RegExpLiteral')
        for (const [, name] of (node.pattern as string).matchAll(IN_PATTERN)) searched.push(name!)
      const text = textOf(node)
      const [, name] = IN_TEXT.exec(text ?? '') ?? []
      if (name) searched.push(name)
      if (isMemberAccess(node) && COOKIES.test(lastName(child(node, 'object')) ?? ''))
        take(nameOf(child(node, 'property')))
      if (isCall(node) && COOKIE.test(calledMember(node)?.name ?? ''))
        take(textOf(children(node, 'arguments')[0] ?? null))
    })
    // A pattern of that form is about a cookie where something in the file is.
    if (isAbout) for (const one of searched) take(one)
  }
  return [...found].sort()
}

const lastName = (node: ReturnType<typeof child>) =>
  nameOf(node) ?? (isMemberAccess(node) ? nameOf(child(node, 'property')) : null)
