import type { AppFunction } from './functions.js'
import { type Rewrite, withReplacements } from './repair.js'

/** A function of the app as it is to be written for the new schema. */
export interface MendedFunction {
  /** `archive_notes(integer)` */
  name: string
  /** the statement that makes it as it is */
  before: string
  /** the statement that makes it as it is to be */
  definition: string
}

/** What is to be replaced in one statement of a function. */
export interface BodyRepair {
  of: AppFunction
  text: string
  edits: readonly Rewrite[]
}

/** Puts the repairs of their statements into the functions. */
export function mendedFunctions(repairs: readonly BodyRepair[]): MendedFunction[] {
  const byText = new Map<string, BodyRepair>()
  for (const one of repairs) {
    const key = `${one.of.name} ${one.text}`
    const edits = [...(byText.get(key)?.edits ?? []), ...one.edits]
    byText.set(key, { ...one, edits: [...new Map(edits.map((edit) => [edit.from, edit])).values()] })
  }
  const mended = new Map<string, MendedFunction>()
  for (const { of, text, edits } of byText.values()) {
    const { name, definition: before } = of
    const definition = inside(mended.get(name)?.definition ?? before, text, edits)
    if (definition !== null) mended.set(name, { name, before, definition })
  }
  return [...mended.values()]
}

/** Returns the definition with the edits wherever the statement is; null if it is not found there. */
function inside(definition: string, text: string, edits: readonly Rewrite[]): string | null {
  const places = [...definition.matchAll(asWritten(text))].map(({ index }) => index)
  if (places.length === 0) return null
  return places.reduceRight(
    (now, at) => withReplacements(now, edits, Buffer.byteLength(now.slice(0, at))),
    definition,
  )
}

/** The parser puts as many spaces in the place of `into x`. */
const asWritten = (text: string) =>
  new RegExp(
    text.replace(/ {2,}|[.*+?^${}()|[\]\\]/g, (part) =>
      part.startsWith(' ') ? `[\\s\\S]{${part.length}}` : `\\${part}`,
    ),
    'g',
  )
