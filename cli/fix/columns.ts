import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadProject } from '../../proof/gate/project.js'
import { evidenceOf, evidenceOfChange, shortened } from '../../proof/statements/found.js'
import { tryStatements } from '../migrate/try-statements.js'
import { diffOf, edited, type TextEdit } from './edit.js'
import type { Fix } from './fix.js'

/**
 * Returns the sources with the columns in those statements that the owner column will break or change. Nothing is written.
 *
 * @param folder of the configuration, whose migrations make the copies on which the statements are tried
 * @throws ConfigError if there is no configuration
 */
export async function fixColumns(folder: string): Promise<Fix> {
  const project = await loadProject(folder)
  const { broken, changed } = await tryStatements(project)
  const edits = new Map<string, TextEdit[]>()
  const left: Fix['left'] = []
  // A statement that fails in several ways is written once.
  const found = [
    ...broken.map((one) => ({ ...one, what: evidenceOf(one).what })),
    ...changed.flatMap((one) => (one.isShown ? [] : [{ ...one, what: evidenceOfChange(one).what }])),
  ]
  for (const one of new Map(found.map((each) => [`${each.at} ${each.text}`, each])).values()) {
    const { at, text, write, what } = one
    const file = /^(.+):\d+$/.exec(at)?.[1]
    const path = file === undefined ? null : join(project.folder, file)
    const source = path !== null && existsSync(path) ? readFileSync(path, 'utf8') : null
    const places = source === null || write === null ? [] : placesOf(source, text, write)
    if (places.length > 0) edits.set(file!, [...(edits.get(file!) ?? []), ...places])
    else
      left.push({
        at,
        what: shortened(text),
        why:
          write === null
            ? said(what)
            : at.startsWith('function ')
              ? `usertwo fix functions writes a migration: ${write}`
              : `write: ${write}`,
      })
  }
  const files = [...edits].map(([file, changes]) => {
    const before = readFileSync(join(project.folder, file), 'utf8')
    return { file, text: edited(before, changes), isNew: false, diff: diffOf(file, before, changes) }
  })
  return {
    files: files.map(({ diff: _, ...file }) => file),
    diff: files.map(({ diff }) => diff).join('\n'),
    rewritten: [...edits.values()].flat().length,
    does: ['names its columns', 'name their columns'],
    left,
  }
}

/** What a text of JavaScript cannot hold as it is. */
const QUOTES = /["'`\\]|\$\{/g

/** Returns each string of a source that is the statement as it is; none if the new text would need other quotes. */
function placesOf(source: string, text: string, write: string): TextEdit[] {
  const quotes = (of: string) => of.match(QUOTES)?.join('') ?? ''
  if (quotes(text) !== quotes(write)) return []
  const places: TextEdit[] = []
  for (let at = source.indexOf(text); at >= 0; at = source.indexOf(text, at + text.length))
    if (/["'`]/.test(source[at - 1] ?? '') && source[at - 1] === source[at + text.length])
      places.push({ from: at, to: at + text.length, text: write })
  return places
}

const said = (what: string) => what.replace(/^.*?: /, '')
