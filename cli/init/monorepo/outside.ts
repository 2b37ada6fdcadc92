import { createRequire } from 'node:module'
import { join } from 'node:path'
import { isFileOf } from '../../../reading/syntax/linked-packages.js'
import type { Source } from '../../../reading/syntax/sources.js'
import { textOf } from '../../../reading/syntax/syntax.js'
import { child, traverse } from '../../../reading/syntax/tree.js'
import { type ExportName, exportsOf } from '../reading/exports.js'

/** What another module may have of a source. */
interface Given {
  file: string
  exported: ExportName | null
  module?: string | null
}

/** Whether a source is in another package of the workspace than the app. */
export const isOutside = ({ file }: Pick<Source, 'file'>) => file.startsWith('..')

/**
 * Gives what another package exports the name that the app's own files load it by. What none of them loads by the
 * name of its package counts as not exported: a path into another package is not one to rely on.
 */
export function byPackage<One extends Given>(one: One, sources: readonly Source[]): One {
  if (!isOutside(one) || !one.exported) return one
  const { exported } = one
  for (const { imports } of sources.filter((source) => !isOutside(source)))
    for (const { module, file } of imports.values()) {
      const entry = module.startsWith('.') ? undefined : sources.find((source) => isFileOf(file, source))
      if (entry && isOutside(entry) && gives(entry, one, exported, sources)) return { ...one, module }
    }
  return { ...one, exported: null }
}

/** Whether the file of a package exports it: of its own, or passed on from the file that does. */
function gives(entry: Source, { file }: Given, as: ExportName, sources: readonly Source[]): boolean {
  if (entry.file === file) return true
  if (as.kind !== 'named') return false
  if (exportsOf(entry).some((one) => one.as.kind === 'named' && one.as.name === as.name)) return true
  let found = false
  traverse(entry.tree, (node) => {
    const from = node.type === 'ExportAllDeclaration' ? textOf(child(node, 'source')) : null
    if (from === null) return
    const name = from.replace(/^.*\//, '').replace(/\.\w+$/, '')
    const passed = sources.find((one) => one.file === file)
    if (passed && new RegExp(`/${name}(?:/index)?\\.\\w+$`).test(file)) found = true
  })
  return found
}

/** Whether the app's folder has a package, as its entry would load it: pnpm gives each package only its own. */
export function hasPackage(folder: string, name: string): boolean {
  try {
    createRequire(join(folder, 'package.json')).resolve(name)
    return true
  } catch {
    return false
  }
}
