import { posix } from 'node:path'
import { servedFolder } from '../../../reading/facts/served-folder.js'
import { bindingOf } from '../../../reading/syntax/binding.js'
import { namedPath } from '../../../reading/syntax/named-path.js'
import type { Source } from '../../../reading/syntax/sources.js'
import { calledMember, isCall, nameOf, templateOf } from '../../../reading/syntax/syntax.js'
import { child, children, locate, type Node, traverse } from '../../../reading/syntax/tree.js'
import { type Rule, SERVER } from './rule.js'

/** Packages that store uploads, and the option that names the folder. */
const OPTIONS: Record<string, RegExp> = {
  multer: /^(?:dest|destination)$/,
  formidable: /^uploadDir$/,
  'express-formidable': /^uploadDir$/,
  busboy: /^dest$/,
}

/** Uploads that are stored in a folder which the app serves by name. */
export function servedUpload(sources: readonly Source[]): Rule {
  const served = servedFolders(sources)
  const moves = sources.some(({ imports }) =>
    [...imports.values()].some(({ module }) => module === 'express-fileupload'),
  )
  return {
    kind: 'served-upload',
    where: SERVER,
    look(node, parents, source) {
      if (served.size === 0) return null
      for (const folder of [
        ...storedIn(node, parents, source),
        ...(moves ? movedTo(node, parents, source) : []),
      ])
        for (const [of, at] of served)
          if (of === '.' || folder === of || folder.startsWith(`${of}/`))
            return `uploads are stored in ${folder}, which is served at ${at}`
      return null
    },
  }
}

/** The folders that `express.static` and its like serve, from that of the app, with their places. */
function servedFolders(sources: readonly Source[]): Map<string, string> {
  const found = new Map<string, string>()
  for (const source of sources)
    traverse(source.tree, (node, parents) => {
      const folder = servedFolder(node, source, parents)
      if (folder !== null && !found.has(folder)) found.set(folder, locate(source.file, node))
    })
  return found
}

function storedIn(node: Node, parents: readonly Node[], source: Source): string[] {
  if (!isCall(node) && node.type !== 'NewExpression') return []
  const member = calledMember(node)
  const local = member ? nameOf(member.of) : nameOf(child(node, 'callee'))
  const option = OPTIONS[(local && source.imports.get(local)?.module) ?? '']
  if (!option) return []
  const inside = [node, ...parents]
  const [first = null] = children(node, 'arguments')
  // `const options = { dest: 'uploads' }`, then `multer(options)`.
  const given = nameOf(first) ? (bindingOf(nameOf(first)!, inside)?.init ?? null) : first
  return children(given, 'properties')
    .filter((property) => option.test(nameOf(child(property, 'key')) ?? ''))
    .flatMap((property) =>
      // `destination(req, file, done) { … }` is its own value.
      givenBy(property.type === 'ObjectMethod' ? property : child(property, 'value'), inside, source),
    )
}

/** A path, or what a function hands to its callback: `(req, file, done) => done(null, 'uploads')`. */
function givenBy(value: Node | null, parents: readonly Node[], source: Source): string[] {
  const callback = nameOf(children(value, 'params').at(-1) ?? null)
  if (!value || !callback) return [namedPath(value, source, parents)].filter((path) => path !== null)
  const found: string[] = []
  traverse(
    value,
    (node, around) => {
      const given = isCall(node) && nameOf(child(node, 'callee')) === callback
      const path = given ? namedPath(children(node, 'arguments')[1] ?? null, source, around) : null
      if (path !== null) found.push(path)
    },
    parents,
  )
  return found
}

/** express-fileupload: `file.mv('uploads/' + name)`, a template, `path.join(folder, name)`. */
function movedTo(node: Node, parents: readonly Node[], source: Source): string[] {
  const target = isCall(node) && calledMember(node)?.name === 'mv' ? children(node, 'arguments')[0] : null
  if (!target) return []
  const start = target.type === 'BinaryExpression' ? leftmost(target) : target
  const text = templateOf(start, '\0')?.split('\0')[0]
  if (text !== undefined) return [posix.join(text.slice(0, text.lastIndexOf('/') + 1), '.')]
  const known = isCall(start) ? { ...start, arguments: children(start, 'arguments').slice(0, -1) } : start
  const path = namedPath(known, source, parents)
  return path === null ? [] : [path]
}

function leftmost(node: Node): Node {
  const left = child(node, 'left')
  return left ? leftmost(left) : node
}
