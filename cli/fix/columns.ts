import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadProject } from '../../proof/gate/project.js'
import { evidenceOf, shortened } from '../../proof/statements/found.js'
import { tryStatements } from '../migrate/try-statements.js'
import { diffOf, edited, type TextEdit } from './edit.js'
import type { Fix } from './fix.js'

/**
 * Returns the sources with the columns in those statements that the owner column will break. Nothing is written.
 *
 * @param folder of the configuration, whose migrations make the copies on which the statements are tried
 * @throws ConfigError if there is no configuration
 */
export async function fixColumns(folder: string): Promise<Fix> {
  const project = await loadProject(folder)
  const { broken } = await tryStatements(project)
  const edits = new Map<string, TextEdit[]>()
  const left: Fix['left'] = []
  for (const one of broken) {
    const { at, text, write } = one
    const file = /^(.+):\d+$/.exec(at)?.[1]
    const source = file === undefined ? null : readFileSync(join(project.folder, file), 'utf8')
    const places = source === null || write === null ? [] : placesOf(source, text, write)
    if (places.length > 0) edits.set(file!, [...(edits.get(file!) ?? []), ...places])
    else
      left.push({
        at,
        what: shortened(text),
        why: write === null ? said(evidenceOf(one).what) : `write: ${write}`,
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

/** Returns each place of a source that holds the statement as it is; none if the new text would need other quotes. */
function placesOf(source: string, text: string, write: string): TextEdit[] {
  const quotes = (of: string) => of.match(QUOTES)?.join('') ?? ''
  if (quotes(text) !== quotes(write)) return []
  const places: TextEdit[] = []
  for (let at = source.indexOf(text); at >= 0; at = source.indexOf(text, at + text.length))
    places.push({ from: at, to: at + text.length, text: write })
  return places
}

const said = (what: string) => what.replace(/^.*?: /, '')
