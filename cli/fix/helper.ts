import { posix } from 'node:path'
import type { Source } from '../../reading/syntax/sources.js'
import { children, type Node } from '../../reading/syntax/tree.js'
import type { TextEdit } from './edit.js'

const NAME = 'current-user'

/** The file from which an app asks who its user is. */
export interface Helper {
  file: string
  text: string
}

/** @param files the files that call the helper; it is written next to them, or in a folder above */
export function helperFor(files: readonly string[], esm: boolean, id: string): Helper {
  const folders = files.map((file) => posix.dirname(file).split('/'))
  const shared = folders.reduce((one, other) =>
    one.slice(0, one.findIndex((part, at) => part !== other[at]) >>> 0),
  )
  const typed = files.some((file) => file.endsWith('.ts'))
  const owner = /^-?\d+$/.test(id) ? id : JSON.stringify(id)
  const note = '// The current user; the owner if there is none: in scripts, and while the app has one user.'
  const body = `(owner${typed ? ': number | string' : ''} = ${owner}) {\n  return userId() ?? owner\n}\n`
  return {
    file: posix.join(...(shared.length ? shared : ['.']), `${NAME}.${typed ? 'ts' : 'js'}`),
    text:
      esm || typed
        ? `import { currentUserId as userId } from 'usertwo'\n\n${note}\nexport function currentUserId${body}`
        : `const { currentUserId: userId } = require('usertwo')\n\n${note}\nexports.currentUserId = function currentUserId${body}`,
  }
}

/** The line by which a file gets it, behind what it imports already. */
export function importOf(helper: Helper, { file, tree, imports }: Source, text: string): TextEdit {
  const body = children(tree, 'body')
  const esm = body.some(({ type }) => /^(Import|Export)/.test(type))
  const isLoading = (node: Node) =>
    node.type === 'ImportDeclaration' ||
    (!esm && /^\s*(const|let|var)\b.*\brequire\(/.test(text.slice(node.start as number, node.end as number)))
  const loads = body.filter(isLoading)
  const relative = posix.relative(posix.dirname(file), helper.file)
  const endings = [...imports.values()].filter(({ module }) => module.startsWith('.'))
  const bare = helper.file.endsWith('.ts') && !endings.some(({ module }) => module.endsWith('.js'))
  const path = (relative.startsWith('.') ? relative : `./${relative}`).replace(
    /\.[jt]s$/,
    bare || !esm ? '' : '.js',
  )
  const quote = text.includes('"') && !text.includes("'") ? '"' : "'"
  const semicolon = /;\s*$/m.test(text) ? ';' : ''
  const line = esm
    ? `import { currentUserId } from ${quote}${path}${quote}${semicolon}`
    : `const { currentUserId } = require(${quote}${path}${quote})${semicolon}`
  const last = loads.at(-1)
  if (last) return behind(text, last, line)
  const strict = children(tree, 'directives').at(-1)
  if (strict) return behind(text, strict, line)
  const begin = text.startsWith('#!') ? text.indexOf('\n') + 1 : 0
  return { from: begin, to: begin, text: `${line}\n` }
}

/** A line of its own behind a statement. */
function behind(text: string, statement: Node, line: string): TextEdit {
  const end = text.indexOf('\n', statement.end as number)
  return end < 0
    ? { from: text.length, to: text.length, text: `\n${line}` }
    : { from: end + 1, to: end + 1, text: `${line}\n` }
}
