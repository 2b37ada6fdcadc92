import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { BESIDE, MEANT, readers } from './support/path-readers.js'
import { PLAINLY_ABSOLUTE, pathVariants } from './support/path-variants.js'

const COUNT = 1_000
const SEED = 20_261_121

const variants = [...pathVariants(MEANT, COUNT, SEED, PLAINLY_ABSOLUTE), ...BESIDE]
/**
 * What each reader answered when each still had a way of its own to read a path; one letter for each variant.
 */
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

const VALUES =
  'a parameter may hold what reads as two segments or as none; such a request reached what its pattern closes'
const WAYS = 'closed in every way a path may be read, not in the one its reader had'
const HOSTS = 'the absolute form was counted as three segments more, or a backslash as none'

const MOUNTED = 'so was a whole app within the app, and its siblings, which read no such path'

const STRICTER: Stricter[] = [
  ...['ops gate, Express 4', 'ops gate, Express 5'].map((reader) => ({
    reader,
    from: 'g',
    to: '.',
    times: 16,
    why: VALUES,
  })),
  ...['legacy, Express 4', 'legacy, Express 5'].flatMap((reader) => [
    { reader, from: 't', to: '0', times: 9, why: `${VALUES}; ${HOSTS}` },
    { reader, from: 't', to: '3', times: 4, why: HOSTS },
    { reader, from: 't', to: '.', times: 4, why: `${VALUES}; ${HOSTS}` },
    { reader, from: '.', to: '0', times: 33, why: `${WAYS}; ${MOUNTED}` },
    { reader, from: '.', to: '3', times: 10, why: `${WAYS}; ${MOUNTED}` },
    { reader, from: 'o', to: '0', times: 2, why: `${WAYS}; ${MOUNTED}` },
    { reader, from: 'o', to: '.', times: 1, why: `${WAYS}; ${MOUNTED}` },
  ]),
  { reader: 'limit of what is open', from: '.', to: 'x', times: 3, why: VALUES },
  { reader: 'limit of pages', from: '.', to: 'x', times: 3, why: VALUES },
  {
    reader: 'page guard',
    from: '.',
    to: 'x',
    times: 77,
    why: `${WAYS}: it minded case and a slash at the end`,
  },
  {
    reader: 'route of a call',
    from: 'r',
    to: '.',
    times: 1,
    why: 'a parameter does not match an empty segment',
  },
]

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
