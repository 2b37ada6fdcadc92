import type { Site } from '../owners/owner-ids.js'
import type { Source } from '../syntax/sources.js'
import { isCall, nameOf, propertiesOf, textOf } from '../syntax/syntax.js'
import { child, children, locate, type Node, traverse } from '../syntax/tree.js'

/** What is found at a node; `below` is the number of lines below the node's first line. */
type Look = (node: Node, source: Source) => string | { what: string; below: number }[] | null

/**
 * Finds caches of a page whose key does not contain the user: after a login as another user, the page shows
 * the previous user's data.
 */
export const sharedCaches = (sources: readonly Source[]) =>
  sites(sources, (node) => {
    const key = propertiesOf(node).find((one) => one.key === 'queryKey')?.value ?? null
    const words = key?.type === 'ArrayExpression' ? children(key, 'elements').map(textOf) : []
    return words[0] && !words.some((word) => word && /user|owner|account/i.test(word))
      ? `cached as ${words.map((word) => word ?? '…').join(' ')} for everybody`
      : null
  })

/**
 * Finds rate limits that are keyed by address only: users behind one address share a budget, and one user
 * with two addresses has two.
 */
export const limitsByAddress = (sources: readonly Source[]) =>
  sites(sources, (node, { imports }) => {
    const callee = isCall(node) ? nameOf(child(node, 'callee')) : null
    if (!callee || !/^(express-rate-limit|rate-limiter-flexible)$/.test(imports.get(callee)?.module ?? ''))
      return null
    const options = propertiesOf(children(node, 'arguments')[0] ?? null)
    return options.some(({ key }) => key === 'keyGenerator') ? null : 'a limit by address only'
  })

/** Finds scripts in server-rendered HTML that call the API: they do not know the login. */
export const inlineCalls = (sources: readonly Source[]) =>
  sites(sources, (node) => {
    // Each quasi by itself: an expression between two may take several lines.
    const text = node.type === 'TemplateElement' ? (node.value as { raw: string }).raw : (textOf(node) ?? '')
    return [...text.matchAll(/\bfetch\(\s*['"`](\/[^'"`?\s]*)/g)].map(({ 1: path, index }) => ({
      what: `a script of the page asks ${path}`,
      below: node.type === 'TemplateElement' ? text.slice(0, index).split('\n').length - 1 : 0,
    }))
  })

function sites(sources: readonly Source[], look: Look): Site[] {
  return sources.flatMap((source) => {
    const found: Site[] = []
    traverse(source.tree, (node) => {
      const seen = look(node, source) ?? []
      for (const { what, below } of typeof seen === 'string' ? [{ what: seen, below: 0 }] : seen)
        found.push({ at: locate(source.file, node, below), what })
    })
    return found
  })
}
