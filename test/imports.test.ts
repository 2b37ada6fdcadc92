import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'

interface Import {
  from: string
  /** a path of the repository, or a package */
  to: string
  how: 'static' | 'dynamic' | 'address'
  /** gone after compilation */
  typeOnly: boolean
}
type Imports = Map<string, Import[]>
interface Graph {
  unitsOf(root: string): Map<string, string>
  importsOf(file: string, text: string): Import[]
  reachedFrom(entries: string[], imports: Imports, how?: { atOnce: boolean }): Map<string, string | null>
  wayTo(file: string, reached: Map<string, string | null>): string
}

/** What no file of `from` may import of `to`; the type of something is an import too. */
interface Rule {
  name: string
  from: RegExp
  to: RegExp
  /** an import that breaks it: where it is planted, the rule is red */
  planted: [from: string, to: string]
}

const RULES: Rule[] = [
  {
    name: 'core imports from itself and the configuration alone',
    from: /^src\/core\//,
    to: /^src\/(?!core\/|config\/)/,
    planted: ['src/core/kit.ts', 'src/database/connect.ts'],
  },
  {
    name: 'the configuration is composed of what each phase brings, and imports nothing else of a phase',
    from: /^src\/config\//,
    to: /^src\/(?!core\/|config\/|phases\/[^/]+\/config[./])/,
    planted: ['src/config/settings.ts', 'src/phases/4-auth/sessions/parts.ts'],
  },
  {
    name: 'what a phase brings to the configuration imports from the configuration alone',
    from: /^src\/phases\/[^/]+\/config[./]/,
    to: /^src\/(?!config\/|phases\/[^/]+\/config[./])/,
    planted: ['src/phases/4-auth/config/variables.ts', 'src/core/kit.ts'],
  },
  {
    name: 'the reader of SQL text imports from itself alone',
    from: /^src\/sql\//,
    to: /^(?!src\/sql\/)/,
    planted: ['src/sql/tokens.ts', 'src/core/memoise.ts'],
  },
  {
    name: 'redaction imports from core, the configuration and itself alone',
    from: /^src\/redaction\//,
    to: /^src\/(?!core\/|config\/|redaction\/)/,
    planted: ['src/redaction/log.ts', 'src/express/matched.ts'],
  },
  {
    name: 'the database and Express rooms know no phase',
    from: /^src\/(?:database|express)\//,
    to: /^src\/(?:phases|record)\//,
    planted: ['src/express/matched.ts', 'src/phases/phase.ts'],
  },
  ...[1, 2, 3, 4, 5, 6, 7].map((number): Rule => {
    return {
      name: `phase ${number} imports from no phase after it`,
      from: new RegExp(`^src/phases/${number}-`),
      to: new RegExp(`^src/phases/[${number + 1}-9]-`),
      planted: [`src/phases/${number}-x/phase.ts`, `src/phases/${number + 1}-y/phase.ts`],
    }
  }),
  ...[1, 2, 3, 4, 5, 6, 7].map((number): Rule => {
    return {
      // `npm start` runs the gate of a phase again when these change, and not for the checks of later phases.
      name: `the checks of phase ${number} import from no checks of a phase after it`,
      from: new RegExp(`^proof/checks/${number}-`),
      to: new RegExp(`^proof/checks/[${number + 1}-9]-`),
      planted: [`proof/checks/${number}-x/gate.ts`, `proof/checks/${number + 1}-y/gate.ts`],
    }
  }),
  {
    name: 'a phase knows its contract, not the list of all',
    from: /^src\/phases\/\d/,
    to: /^src\/(?:phases\/index|runtime|wrap|scope|index|worker)\.ts$/,
    planted: ['src/phases/4-auth/password-login/login.ts', 'src/phases/index.ts'],
  },
  {
    name: 'what assembles the phases knows the list of them, and none by itself',
    from: /^src\/(?:runtime|layers|wrap|worker)\.ts$/,
    to: /^src\/phases\/\d/,
    planted: ['src/layers.ts', 'src/phases/4-auth/phase.ts'],
  },
  {
    name: 'what is published imports nothing that is not',
    from: /^(?!lab\/)/,
    to: /^lab\//,
    planted: ['cli/main.ts', 'lab/fuzz/fuzz.ts'],
  },
  {
    name: 'the client imports from itself and the contract alone',
    from: /^src\/client\//,
    to: /^(?!src\/(?:client|contract)\/)/,
    planted: ['src/client/client.ts', 'src/core/problem.ts'],
  },
  {
    name: 'the contract of server and client imports from itself alone',
    from: /^src\/contract\//,
    to: /^(?!src\/contract\/)/,
    planted: ['src/contract/endpoints.ts', 'src/core/problem.ts'],
  },
  {
    name: 'nothing that runs on a server imports the client',
    from: /^src\/(?!client\/)/,
    to: /^src\/client\//,
    planted: ['src/phases/4-auth/password-login/login.ts', 'src/client/client.ts'],
  },
  {
    name: 'what proves imports what runs, never the other way',
    from: /^src\//,
    to: /^(?:reading|proof|cli|lab)\//,
    planted: ['src/runtime.ts', 'proof/gate/run/run.ts'],
  },
  {
    name: 'what reads sources knows neither the proof nor a command',
    from: /^reading\//,
    to: /^(?:proof|cli|lab)\//,
    planted: ['reading/syntax/sources.ts', 'proof/gate/gate.ts'],
  },
  {
    name: 'the proof knows no command',
    from: /^proof\//,
    to: /^(?:cli|lab)\//,
    planted: ['proof/gate/run/run.ts', 'cli/main.ts'],
  },
]

let graph: Graph
let limits: { ENTRIES: string[]; LINES: number; TOOLS: RegExp }
let imports: Imports
let texts: Map<string, string>

beforeAll(async () => {
  // In JavaScript without types: named by their address.
  const load = (file: string) => import(new URL(`../scripts/closure/${file}`, import.meta.url).href)
  graph = (await load('graph.mjs')) as Graph
  limits = (await load('limits.mjs')) as typeof limits
  texts = graph.unitsOf(fileURLToPath(new URL('..', import.meta.url)))
  imports = new Map([...texts].map(([file, text]) => [file, graph.importsOf(file, text)]))
})

const broken = (rule: Rule, all: Imports) =>
  [...all.values()]
    .flat()
    .filter(({ from, to }) => rule.from.test(from) && rule.to.test(to))
    .map(({ from, to }) => `${from} imports ${to}`)

function toolsIn(all: Imports): string[] {
  const reached = graph.reachedFrom(limits.ENTRIES, all)
  return [...reached.keys()]
    .filter((file) => limits.TOOLS.test(file))
    .map((file) => graph.wayTo(file, reached))
}

/** All imports, and one more. */
function withImport(from: string, to: string): Imports {
  const one: Import = { from, to, how: 'static', typeOnly: false }
  return new Map([...imports, [from, [...(imports.get(from) ?? []), one]]])
}

test('imports are seen in every way there is to write one', () => {
  const text = `
    import { a, type A } from './a.js'
    import { type B } from './b.js'
    import type { C } from 'c/inside.js'
    export * from '../d.js'
    export type { E } from '@e/e/inside.js'
    const f = await import('./f.js')
    const g = new URL('./g.js', import.meta.url)
    let h: typeof import('./h.js')`
  const seen = graph.importsOf('src/x/y.ts', text).map(({ to, how, typeOnly }) => [to, how, typeOnly])
  expect(seen).toEqual([
    ['src/x/a.ts', 'static', false],
    ['src/x/b.ts', 'static', true],
    ['c', 'static', true],
    ['src/d.ts', 'static', false],
    ['@e/e', 'static', true],
    ['src/x/f.ts', 'dynamic', false],
    ['src/x/g.ts', 'address', false],
    ['src/x/h.ts', 'static', true],
  ])
})

describe('rooms', () => {
  test.each(RULES)('$name', (rule) => {
    expect(broken(rule, imports)).toEqual([])
    expect(broken(rule, withImport(...rule.planted))).toEqual([`${rule.planted.join(' imports ')}`])
  })
})

describe('production', () => {
  test('loads no tool', () => {
    expect(toolsIn(imports)).toEqual([])
  })

  test.each([
    ['src/runtime.ts', 'proof/gate/run/run.ts'],
    ['src/phases/2-hardening/requests/cors.ts', 'proof/checks/2-hardening/cors-exact.ts'],
    ['src/phases/6-isolation/phase.ts', 'proof/checks/6-isolation/gate.ts'],
    ['src/phases/6-isolation/context.ts', 'proof/attack/fixture/rows.ts'],
    ['src/record/fingerprints.ts', 'reading/syntax/syntax.ts'],
    ['src/wrap.ts', 'cli/main.ts'],
    ['src/database/connect.ts', 'proof/postgres/embedded.ts'],
  ])('would be seen to load one if %s imported %s', (from, to) => {
    expect(toolsIn(withImport(from, to))).toContainEqual(expect.stringMatching(`${to}$`))
  })

  test('loads little before `usertwo run` catches anything, and nothing of the phases', () => {
    const reached = [...graph.reachedFrom(['src/run/preload.ts'], imports, { atOnce: true }).keys()]
    expect(reached.filter((file) => !/^src\/(?:run|core)\//.test(file))).toEqual([])
    expect(reached.reduce((sum, file) => sum + texts.get(file)!.split('\n').length - 1, 0)).toBeLessThan(880)
  })

  test('loads nothing of a login that the app keeps, except the layers that load it', () => {
    const ownLogin = /^src\/phases\/6-isolation\/own-login\/(?!layers\.ts$)/
    const loadedWithout = (all: Imports) =>
      [...all.values()]
        .flat()
        .filter(({ from, to, how, typeOnly }) => {
          const isLazy = typeOnly || how === 'dynamic'
          return !isLazy && ownLogin.test(to) && !ownLogin.test(from) && from.startsWith('src/')
        })
        .map(({ from, to }) => `${from} imports ${to}`)
    expect(loadedWithout(imports)).toEqual([])
    const planted = [
      'src/phases/6-isolation/phase.ts',
      'src/phases/6-isolation/own-login/own-user.ts',
    ] as const
    expect(loadedWithout(withImport(...planted))).toEqual([planted.join(' imports ')])
  })

  test('loads no more lines at once than it may', () => {
    const reached = [...graph.reachedFrom(limits.ENTRIES, imports, { atOnce: true }).keys()]
    const lines = reached.reduce((sum, file) => sum + texts.get(file)!.split('\n').length - 1, 0)
    expect(lines).toBeGreaterThan(5_000)
    const help =
      'load what is large on first use, or raise LINES in scripts/closure/limits.mjs by a round hundred'
    expect(lines, help).toBeLessThanOrEqual(limits.LINES)
  })
})
