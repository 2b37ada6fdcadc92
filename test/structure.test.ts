// The figures of `npm run check -- structure` that have a limit. test/structure/allowed.json lists what is over it today: a
// new one is refused, and one that is mended must leave the list.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

interface Figures {
  trees: Map<string, { files: number; lines: number; imports: number; median: number }>
  ofOneImporter: Map<string, string>
  circles: string[][]
  floors: Map<string, { floors: string[][]; upward: string[] }>
  functions: { file: string; name: string; lines: number }[]
  twice: Map<string, string[]>
}
const ROOT = new URL('..', import.meta.url)
const { figuresOf } = (await import(new URL('scripts/structure/figures.mjs', ROOT).href)) as {
  figuresOf(units: Map<string, string>): Figures
}
const { unitsOf } = (await import(new URL('scripts/closure/graph.mjs', ROOT).href)) as {
  unitsOf(root: string): Map<string, string>
}
const allowed: {
  ofOneImporter: number
  importShare: Record<string, number>
  medianOfSrc: number
  functions: string[]
  twice: string[]
} = JSON.parse(readFileSync(new URL('structure/allowed.json', import.meta.url), 'utf8'))
const house = figuresOf(unitsOf(fileURLToPath(ROOT)))
const named = ({ file, name }: { file: string; name: string }) => `${file} ${name}`

describe('in the sources', () => {
  test('no files import each other’s values in a circle', () => expect(house.circles).toEqual([]))

  test('accounts and logins import from the floors below their own alone', () => {
    const { floors, upward } = house.floors.get('src/phases/4-auth')!
    expect(upward, '`npm run check -- structure` lists the floors').toEqual([])
    expect(floors.length).toBeGreaterThan(5)
  })

  // Figures that may only get better. A second importer made up, or lines added, to satisfy one is a defect.
  test('no more small files than today are a function of their neighbour', () => {
    const now = house.ofOneImporter.size
    expect(now, 'join what is one idea: `npm run check -- structure` lists them').toBeLessThanOrEqual(
      allowed.ofOneImporter,
    )
    expect(allowed.ofOneImporter - now, 'lower ofOneImporter in test/structure/allowed.json').toBeLessThan(5)
  })

  test.each(Object.entries(allowed.importShare))(
    '%s spends at most %f %% of its lines on imports',
    (tree, most) => {
      const { imports, lines } = house.trees.get(tree)!
      expect((100 * imports) / lines).toBeLessThanOrEqual(most)
    },
  )

  test('half of the files of src have at least as many lines as today', () =>
    expect(house.trees.get('src')!.median).toBeGreaterThanOrEqual(allowed.medianOfSrc))

  test('no function has more than 60 lines but those of the list', () => {
    expect([...new Set(house.functions.map(named))].sort()).toEqual(allowed.functions)
  })

  test('no name is exported by two files but those of the list', () => {
    expect(
      [...house.twice.keys()].sort(),
      'a name has two meanings: rename one; `npm run check -- structure` names the files',
    ).toEqual(allowed.twice)
  })
})

describe('is found where it is planted', () => {
  const planted = (files: Record<string, string>) => figuresOf(new Map(Object.entries(files)))

  test('a circle by value, not one by type', () => {
    const circle = (how: string) => ({
      'src/a.ts': "import { b } from './b.js'\nexport const a = () => b",
      'src/b.ts': `import ${how}{ a } from './c.js'\nexport const b = 1`,
      'src/c.ts': "export { a } from './a.js'",
    })
    expect(planted(circle('')).circles).toEqual([['src/a.ts', 'src/b.ts', 'src/c.ts']])
    expect(planted(circle('type ')).circles).toEqual([])
  })

  test('an import from a higher floor, of a type and of what is loaded later too', () => {
    const at = (name: string) => `src/phases/4-auth/${name}`
    const [rows, log, login] = [at('rows/rows.ts'), at('log.ts'), at('login/login.ts')]
    const files = {
      [rows]: 'export const rows = 1',
      [log]: "import { rows } from './rows/rows.js'\nexport const log = rows",
      [login]: "import { log } from '../log.js'\nexport type Login = typeof log",
    }
    const floorsOf = (more: Record<string, string>) =>
      planted({ ...files, ...more }).floors.get('src/phases/4-auth')!
    expect(floorsOf({})).toEqual({ floors: [['rows'], ['log.ts'], ['login']], upward: [] })
    for (const line of [
      "import type { Login } from '../login/login.js'",
      "const later = () => import('../login/login.js')",
    ])
      expect(floorsOf({ [rows]: line }).upward).toHaveLength(1)
  })

  test('a small file that its neighbour alone imports', () => {
    const files = (by: string, lines: number) => ({
      'src/x/a.ts': `export const a = 1${'\n'.repeat(lines)}`,
      [by]: "import { a } from './a.js'\nexport const b = a",
    })
    const found = (more: Record<string, string>) => [...planted(more).ofOneImporter]
    expect(found(files('src/x/b.ts', 69))).toEqual([['src/x/a.ts', 'src/x/b.ts']])
    expect(found(files('src/x/b.ts', 70))).toEqual([])
    expect(found({ ...files('src/x/b.ts', 9), 'src/x/c.ts': "import { a } from './a.js'" })).toEqual([])
    expect(
      found({ ...files('src/x/b.ts', 9), 'src/x/b.ts': '', 'src/b.ts': "import { a } from './x/a.js'" }),
    ).toEqual([])
  })

  test('lines of imports and of comments', () => {
    const text = "import {\n  a,\n} from './a.js'\n\n/** Says it. */\nexport const b = a // once\n"
    expect(planted({ 'src/b.ts': text }).trees.get('src')).toMatchObject({
      files: 1,
      lines: 6,
      imports: 3,
      median: 6,
    })
  })

  test('a function of 61 lines', () => {
    const file = (lines: number) => `export const long = () => {${'\n'.repeat(lines - 1)}}`
    expect(planted({ 'src/x.ts': file(61) }).functions).toEqual([
      { file: 'src/x.ts', name: 'long', lines: 61 },
    ])
    expect(planted({ 'src/x.ts': file(60) }).functions).toEqual([])
  })

  test('a name that two files export, not one that a file passes on', () => {
    const two = { 'src/a.ts': 'export function same() {}', 'src/b.ts': 'export const same = 1' }
    expect([...planted(two).twice]).toEqual([['same', ['src/a.ts', 'src/b.ts']]])
    expect(planted({ ...two, 'src/b.ts': "export { same } from './a.js'" }).twice.size).toBe(0)
  })
})
