import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { BESIDE, MEANT, readers } from './support/path-readers.js'
import { pathVariants } from './support/path-variants.js'

const COUNT = 1_000
const SEED = 20_261_121

const variants = [...pathVariants(MEANT, COUNT, SEED), ...BESIDE]
/** What each reader answered when each still had a way of its own to read a path; one letter for each variant. */
const before = JSON.parse(readFileSync(new URL('./path-readers.json', import.meta.url), 'utf8')) as Record<
  string,
  string[]
>

/** A reader that is stricter now: so often it answers `to` where it answered `from`. */
interface Stricter {
  reader: string
  from: string
  to: string
  times: number
  why: string
}

const STRICTER: Stricter[] = []

describe(`${COUNT} spellings of requests, and ${BESIDE.length} others, are answered as before by`, () => {
  it.each(Object.entries(readers()))('%s', async (reader, ask) => {
    const [now, then] = [await ask(variants), before[reader]!.join('')]
    const changes = new Map<string, string[]>()
    variants.forEach(({ line }, at) => {
      const change = `${then[at]} → ${now[at]}`
      if (then[at] !== now[at]) changes.set(change, [...(changes.get(change) ?? []), line])
    })
    const listed = STRICTER.filter((one) => one.reader === reader)
    console.log(`${reader}: ${now.length} asked, ${[...changes.values()].flat().length} stricter`)
    expect(
      Object.fromEntries([...changes].map(([change, lines]) => [change, lines.length])),
      show(changes),
    ).toEqual(Object.fromEntries(listed.map(({ from, to, times }) => [`${from} → ${to}`, times])))
  })
})

const show = (changes: Map<string, string[]>) =>
  [...changes].map(([change, lines]) => `${change}\n  ${lines.join('\n  ')}`).join('\n')
