import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadConfiguration } from '../../../proof/gate/project.js'
import { bindingOf } from '../../../reading/syntax/binding.js'
import { parseScript } from '../../../reading/syntax/sources.js'
import { isCall, nameOf, propertiesOf } from '../../../reading/syntax/syntax.js'
import { child, children, type Node, traverse } from '../../../reading/syntax/tree.js'
import type { ConfigInput } from '../../../src/config/config.js'
import { defaultOf } from '../../../src/run/config-file.js'
import { type ConfigParts, configLines, configText } from './config-text.js'

/** A configuration that a user began and that says of the app alone how it runs: `app.env`, and what else is in `app`. */
export interface FirstConfiguration {
  file: string
  /** as the user wrote it */
  text: string
  app: Partial<ConfigInput['app']>
  /** it is an ES module */
  esm: boolean
  /** what it exports, in its text */
  whole: Node
}

/**
 * Reads a configuration that init may complete. Null: it has more than `app`, or does not write out an object.
 * @throws ConfigError if it cannot be loaded
 */
export async function firstConfiguration(folder: string, file: string): Promise<FirstConfiguration | null> {
  const given = defaultOf(await loadConfiguration(join(folder, file)))
  if (typeof given !== 'object' || given === null || Object.keys(given).some((key) => key !== 'app'))
    return null
  const text = readFileSync(join(folder, file), 'utf8')
  const { tree } = await parseScript(text, file)
  const esm = children(tree, 'body').some(({ type }) => type === 'ExportDefaultDeclaration')
  const whole = exportedObject(tree)
  return whole && { file, text, app: (given as { app?: Partial<ConfigInput['app']> }).app ?? {}, esm, whole }
}

function exportedObject(tree: Node): Node | null {
  let found: Node | null = null
  traverse(tree, (node) => {
    const isExports =
      node.type === 'AssignmentExpression' && nameOf(child(child(node, 'left'), 'object')) === 'module'
    if (node.type === 'ExportDefaultDeclaration') found = objectOf(child(node, 'declaration'), tree)
    else if (isExports) found = objectOf(child(node, 'right'), tree)
  })
  return found
}

/** Through `defineConfig(…)`, `satisfies`, and a variable. */
function objectOf(node: Node | null, tree: Node): Node | null {
  if (!node || node.type === 'ObjectExpression') return node
  if (isCall(node)) return objectOf(children(node, 'arguments')[0] ?? null, tree)
  if (node.type !== 'Identifier') return objectOf(child(node, 'expression'), tree)
  return objectOf(bindingOf(nameOf(node)!, [tree])?.init ?? null, tree)
}

/** The configuration to write: the user's completed, or a whole one. */
export function configurationOf(
  parts: ConfigParts,
  { first, esm }: { first: FirstConfiguration | null; esm: boolean },
): string {
  return first ? completedText(first, parts) : configText(parts, { esm })
}

/** The user's text with what it lacks, below what is there: no character of it is changed or taken out. */
function completedText({ text, app, whole }: FirstConfiguration, parts: ConfigParts): string {
  const { app: appLines, rest } = configLines(parts)
  const own = memberOf(whole, 'app')
  const missing = appLines.filter(({ name }) => !(name in app)).map(({ line }) => line)
  const edits: Edit[] = own
    ? [
        ...insertInto(text, whole, rest, ''),
        ...insertInto(text, own, missing, '  '),
        ...(['env', 'headers'] as const).flatMap((name) => {
          const given = { ...parts.app[name] }
          for (const key of Object.keys(app[name] ?? {})) delete given[key]
          const inside = memberOf(own, name)
          const lines = Object.entries(given).map(
            ([key, value]) => `      ${JSON.stringify(key)}: ${JSON.stringify(value)},`,
          )
          return inside ? insertInto(text, inside, lines, '    ') : []
        }),
      ]
    : insertInto(text, whole, ['  app: {', ...missing, '  },', ...rest], '')
  return edits
    .sort((a, b) => b.at - a.at)
    .reduce((made, { at, add }) => made.slice(0, at) + add + made.slice(at), text)
}

interface Edit {
  at: number
  add: string
}

function memberOf(object: Node, name: string): Node | null {
  const value = propertiesOf(object).find(({ key }) => key === name)?.value
  return value?.type === 'ObjectExpression' ? value : null
}

/** Lines below the last member, and below the comment behind it. */
function insertInto(text: string, object: Node, lines: readonly string[], indent: string): Edit[] {
  if (lines.length === 0) return []
  const last = children(object, 'properties').at(-1)
  const end = last ? (last.end as number) : (object.start as number) + 1
  const comma = last ? (/^\s*,/.exec(text.slice(end))?.[0] ?? null) : ''
  const behind = end + (comma?.length ?? 0)
  const at = behind + /^[ \t]*(?:\/\/[^\n]*)?/.exec(text.slice(behind))![0].length
  const isOpen = /^[ \t]*\n/.test(text.slice(at)) || text.slice(at).startsWith('\n')
  const add = `\n${lines.join('\n')}${isOpen ? '' : `\n${indent}`}`
  if (comma !== null) return [{ at, add }]
  return at === end
    ? [{ at, add: `,${add}` }]
    : [
        { at: end, add: ',' },
        { at, add },
      ]
}
