import { bindingOf, isFixed } from '../syntax/binding.js'
import type { Source } from '../syntax/sources.js'
import { calledMember, isCall, nameOf, propertiesOf } from '../syntax/syntax.js'
import { child, children, locate, type Node, traverse } from '../syntax/tree.js'

/** A place where the app asks itself over HTTP. */
export interface OwnCall {
  at: string
  /** the first part of the path, `/api`; null: the source does not show it */
  path: string | null
  /** made by a browser that the app starts: it has cookies of its own, and carries no login */
  byBrowser: boolean
  what: string
}

const CLIENTS =
  /^(?:axios|got|node-fetch|cross-fetch|undici|superagent|request|request-promise(?:-native)?|ky|needle|(?:node:)?https?)$/
const BROWSERS = /^(?:puppeteer(?:-core)?|playwright(?:-core|-chromium)?|@playwright\/test)$/
const ADDRESS = /^(?:url|uri|baseURL|prefixUrl)$/
/** The part of a text that the source does not show. */
const OPEN = '\u0000'
const OWN = new RegExp(
  `^https?://(?:localhost|127\\.0\\.0\\.1|\\[::1\\]|0\\.0\\.0\\.0):(\\d+|${OPEN})(/[^/?#${OPEN}]+)?(.*)$`,
)

/**
 * Finds calls to the port of this machine at which the app listens itself, by the clients that are mostly used. A port that the
 * source does not show counts as the app's own.
 */
export function ownCalls(sources: readonly Source[]): OwnCall[] {
  const ports = new Set(sources.flatMap(listenedAt))
  return sources.flatMap((source) => {
    const found: OwnCall[] = []
    traverse(source.tree, (node, parents) => {
      const byBrowser = isCall(node) && opensPage(node, source)
      if (!isCall(node) || !(byBrowser || asks(node, source))) return
      for (const given of children(node, 'arguments').slice(0, 2)) {
        const address = propertiesOf(given).find(({ key }) => ADDRESS.test(key))?.value ?? given
        const [, port, path, rest] = OWN.exec(textIn(address, parents)) ?? []
        if (!port || (port !== OPEN && !ports.has(port))) continue
        const shown = path && !rest!.startsWith(OPEN) ? path : null
        found.push({
          at: locate(source.file, node),
          path: shown,
          byBrowser,
          what: `${byBrowser ? 'opens a page of its own in a browser' : 'asks itself'}${shown ? ` at ${shown}` : ''}`,
        })
      }
    })
    return found
  })
}

/** The paths at which the app asks itself, for `auth.ownCalls`: all, where one is not shown. */
export function ownCallPaths(sources: readonly Source[]): string[] {
  const paths = ownCalls(sources).flatMap(({ path, byBrowser }) => (byBrowser ? [] : [path ?? '/']))
  return paths.includes('/') ? ['/'] : [...new Set(paths)]
}

/** Whether a call is one of an HTTP client: `fetch(…)`, `axios.get(…)`, `axios.create(…)`. */
function asks(call: Node, { imports }: Source): boolean {
  const of = calledMember(call)?.of
  const name = nameOf(of ?? child(call, 'callee'))
  const from = name === null ? undefined : imports.get(name)?.module
  return from === undefined ? !of && name === 'fetch' : CLIENTS.test(from)
}

/** Whether a call is `page.goto(…)`, in a file that loads a library which starts browsers. */
const opensPage = (call: Node, { imports }: Source) =>
  calledMember(call)?.name === 'goto' && [...imports.values()].some(({ module }) => BROWSERS.test(module))

/** The ports that are written where something listens, as text. */
function listenedAt(source: Source): string[] {
  const found: string[] = []
  traverse(source.tree, (node, parents) => {
    const [port] = isCall(node) && calledMember(node)?.name === 'listen' ? children(node, 'arguments') : []
    if (port) found.push(textIn(port, parents))
  })
  return found
}

/** A value as text, through constants, and by what it is where the environment says nothing. */
function textIn(node: Node | null, parents: readonly Node[], depth = 0): string {
  if (!node || depth > 6) return OPEN
  const below = (name: string) => textIn(child(node, name), parents, depth + 1)
  if (node.type === 'StringLiteral' || node.type === 'NumericLiteral') return String(node.value)
  if (node.type === 'LogicalExpression') return below('right')
  if (node.type === 'BinaryExpression') return below('left') + below('right')
  if (node.type === 'TemplateLiteral') {
    const texts = children(node, 'quasis').map((part) => (part.value as { cooked: string }).cooked)
    const values = children(node, 'expressions').map((one) => textIn(one, parents, depth + 1))
    return texts.map((text, at) => text + (values[at] ?? '')).join('')
  }
  if (isCall(node) && /^(?:Number|parseInt|String)$/.test(nameOf(child(node, 'callee')) ?? ''))
    return textIn(children(node, 'arguments')[0] ?? null, parents, depth + 1)
  const name = node.type === 'Identifier' ? nameOf(node) : null
  const found = name && isFixed(name, parents) ? bindingOf(name, parents) : null
  return found?.init && !found.parameter && found.property === null
    ? textIn(found.init, parents, depth + 1)
    : OPEN
}
