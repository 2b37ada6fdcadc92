import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { TREES, trackedFiles } from './support/tracked-files.js'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** A word that has given way to the field's own; `left` is how often it still stands, and may only fall. */
interface Retired {
  word: RegExp
  now: string
  left: number
}

const RETIRED: Retired[] = [
  { word: /\bwithUser\b/g, now: 'injectUser', left: 0 },
  { word: /\basUserOf\b/g, now: 'asInjectedUser', left: 0 },
  { word: /\b(?:open)?[Tt]ally\b/g, now: 'counters', left: 0 },
  { word: /\bblanked\b/g, now: 'normalisedSql', left: 0 },
  { word: /core\/remembered/g, now: 'memoise', left: 0 },
  { word: /\bheldUp\b|held-up/g, now: 'blocked', left: 0 },
  { word: /\b[lL]eftAlone\b|left-alone/g, now: 'exclusion', left: 0 },
  { word: /\b[dD]isguise[ds]?\b/g, now: 'payload variant', left: 0 },
  { word: /\bunrecorded\/|\bplayUnrecorded\b/g, now: 'synthesised', left: 0 },
  { word: /\brestless\b/g, now: 'nonDeterministic', left: 0 },
  { word: /\b[rR]esting(?:Of)?\b/g, now: 'sessionDefaults', left: 6 },
  { word: /\b[cC]rowds?\b/g, now: 'concurrency', left: 0 },
  { word: /\b(?:[tT]wins|asTwin|twinOf)\b/g, now: 'id mapping', left: 0 },
  { word: /\bmirror(?:ed)?\b/g, now: 'fixture clone', left: 0 },
  { word: /\b(?:last-look|openLook)\b/g, now: 'spider', left: 0 },
  { word: /\b(?:askShut|attack\/shut)\b/g, now: 'closed routes', left: 0 },
  { word: /\battack\/(?:slots|tab)\b/g, now: 'swapped ids, watched page', left: 0 },
  {
    word: /\b(?:materialOf|playSynthesised|synthesised\/(?:material|play))\b/g,
    now: 'corpus, synthesise',
    left: 0,
  },
  { word: /\btermsOf\b/g, now: 'scrubbers', left: 0 },
]

const files = trackedFiles(...TREES, 'test', 'docs').filter(
  (file) => /\.(?:ts|mjs|md)$/.test(file) && file !== 'test/retired-words.test.ts',
)

/** What has been deleted and not committed yet holds no word. */
const textOf = (file: string) => {
  try {
    return `${file}\n${readFileSync(join(ROOT, file), 'utf8')}`
  } catch {
    return ''
  }
}
const texts = files.map(textOf)

test.each(RETIRED)('$now stands for $word, but where it is still left', ({ word, left }) => {
  const found = texts.reduce((sum, text) => sum + (text.match(word)?.length ?? 0), 0)
  // Fewer are as wrong as more: take the number down, so that they do not come back.
  expect(found).toBe(left)
})
