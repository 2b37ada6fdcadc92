import { readApp } from '../../reading/app/app.js'
import { declaredTables } from '../../reading/facts/tables.js'
import { guessOwners } from '../../reading/owners/owner.js'
import { findOwnerIds, functionsOf } from '../../reading/owners/owner-ids.js'
import type { OwnerNames } from '../../reading/owners/owner-names.js'
import { fileParser, type Source } from '../../reading/syntax/sources.js'
import { children } from '../../reading/syntax/tree.js'
import { ownerConstants } from './constants.js'
import { diffOf, diffOfNew, edited, type TextEdit } from './edit.js'
import type { Fix } from './fix.js'
import { helperFor, importOf } from './helper.js'
import { type Rewritten, rewriteCall } from './rewrite.js'

const DOES: Fix['does'] = ['asks for the current user', 'ask for the current user']
const ANOTHER_SHAPE = 'a shape that is not rewritten by itself'

/** Where an app says that it is user 1, as its text would ask for the current user. Nothing is written. */
export async function fixOwnerIds(folder: string): Promise<Fix> {
  const app = await readApp(folder)
  const { names } = guessOwners(declaredTables(app))
  const sources = app.sources.flatMap(({ role, source }) => (role === 'server' ? [source] : []))
  const constants = ownerConstants(app.folder, sources, names)
  const functions = functionsOf(sources)
  const fixes = sources.map((source) => {
    const text = app.texts.get(source.file)!
    const known = { constants: constants.get(source.file)!, functions }
    return { source, text, known, ...rewriteCall(source, text, names, known) }
  })
  const changed = fixes.filter(({ edits }) => edits.length > 0)
  const helper = changed.length
    ? helperFor(
        changed.map(({ source }) => source.file),
        changed.some(({ source }) =>
          children(source.tree, 'body').some(({ type }) => /^(Import|Export)/.test(type)),
        ),
        names.id,
      )
    : null
  const parse = await fileParser(app.folder)
  const after = fixes.map((fix) => {
    const line = helper && fix.edits.length ? importOf(helper, fix.source, fix.text) : null
    const edits: TextEdit[] = line ? [...fix.edits, line] : fix.edits
    const text = edited(fix.text, edits)
    const added = line ? fix.text.slice(0, line.from).split('\n').length : Number.POSITIVE_INFINITY
    return { ...fix, edits, after: text, added, source: parse(fix.source.file, text) }
  })
  const left = leftOf(after, names)
  if (!helper) return { files: [], diff: '', rewritten: 0, does: DOES, left }
  const written = after.filter(({ edits }) => edits.length > 0)
  return {
    files: [
      { ...helper, isNew: true },
      ...written.map(({ source: { file }, after: text }) => ({ file, text, isNew: false })),
    ],
    diff: [
      diffOfNew(helper.file, helper.text),
      ...written.map(({ source: { file }, text, edits }) => diffOf(file, text, edits)),
    ].join('\n'),
    rewritten: changed.reduce(
      (sum, { edits }) => sum + new Set(edits.map(({ from, to }) => `${from} ${to}`)).size,
      0,
    ),
    does: DOES,
    left,
  }
}

interface After extends Rewritten {
  source: Source
  known: { constants: ReadonlySet<string> }
  /** the line that was added, counted from 1: those behind it stood one higher */
  added: number
}

/** What is found in the new text, at its old lines: nothing is called rewritten that is not. */
function leftOf(fixes: readonly After[], names: OwnerNames): Fix['left'] {
  const found = findOwnerIds(
    fixes.map(({ source }) => source),
    names,
  ).flatMap(({ at, what }) => {
    const [, file, number] = /^(.*):(\d+)$/.exec(at)!
    const fix = fixes.find(({ source }) => source.file === file)!
    const line = Number(number) - (Number(number) > fix.added ? 1 : 0)
    // A constant stays, as the owner's id; what uses it asks.
    if (fix.known.constants.has(/^\w+/.exec(what)?.[0] ?? '')) return []
    return [{ at: `${file}:${line}`, what, why: fix.left.get(line) ?? ANOTHER_SHAPE }]
  })
  const others = fixes.flatMap(({ source: { file }, left }) =>
    [...left].map(([line, why]) => ({ at: `${file}:${line}`, what: `stands for ${names.id}`, why })),
  )
  return [...new Map([...others, ...found].map((one) => [one.at, one])).values()]
}
