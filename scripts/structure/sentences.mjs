// Picks sixty sentences of docblocks and hand-written pages, three from each of twenty folders, by a seed, as
// a sample of what readers see. The same seed on the same commit gives the same sentences.
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ROOT } from '../prepare/step.mjs'
import { TREES } from '../trees.mjs'

const [FOLDERS, EACH] = [20, 3]
/** The least length of a sentence, in characters. Shorter ones are labels. */
const SHORTEST = 25
/** Written by `npm run docs`. */
const GENERATED =
  /^docs\/(?:cli|checks|errors|configuration|attacks)\.md$|^docs\/reference\/(?:api|hooks|environment|texts)\.md$/

/** Returns numbers from 0 to 1 (Numerical Recipes' linear congruential generator). */
function numbers(seed) {
  let state = seed >>> 0
  return () => {
    state = (state * 1664525 + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

function chosen(list, count, number) {
  const left = [...list]
  return Array.from({ length: count }, () => left.splice(Math.floor(number() * left.length), 1)[0])
}

const split = (text) =>
  text
    .replace(/\s+/g, ' ')
    .trim()
    .split(/(?<=[.?!]) (?=[A-Z`])/)

function sentencesIn(file, text) {
  if (file.endsWith('.md')) {
    const paragraphs = text.replace(/```[\s\S]*?```/g, '').split(/\n\n/)
    return paragraphs.filter((one) => !/^[#|<]/.test(one)).flatMap(split)
  }
  const blocks = [...text.matchAll(/\/\*\*([\s\S]*?)\*\//g)]
  return blocks.flatMap(([, block]) => split(block.replace(/^\s*\* ?/gm, ' ').replace(/@\w+[\s\S]*/, '')))
}

/** Returns `file: sentence`, sixty of them. */
export function sampledSentences(files, seed) {
  const byFolder = new Map()
  for (const file of files) {
    if (!/\.(?:ts|mjs|md)$/.test(file) || /\.test\.ts$/.test(file) || GENERATED.test(file)) continue
    const found = sentencesIn(file, readFileSync(join(ROOT, file), 'utf8'))
    const kept = found.filter(({ length }) => length >= SHORTEST).map((one) => `${file}: ${one}`)
    byFolder.set(dirname(file), [...(byFolder.get(dirname(file)) ?? []), ...kept])
  }
  const number = numbers(seed)
  const folders = [...byFolder]
    .filter(([, { length }]) => length >= EACH)
    .sort(([a], [b]) => (a < b ? -1 : 1))
  return chosen(folders, FOLDERS, number).flatMap(([, all]) => chosen(all, EACH, number))
}

export const SAMPLED = [...TREES, 'docs', 'scripts', 'bench']
