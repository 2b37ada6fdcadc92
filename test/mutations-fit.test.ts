import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parse } from '@babel/parser'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Check, Mutant } from '../proof/gate/check.js'
import type { Project } from '../proof/gate/project.js'
import type { Replacement } from '../proof/gate/replace/replacing.js'
import { isMeantFor, rewrite } from '../reading/syntax/edits.js'
import { built } from './support/built.js'
import { EDITED } from './support/smoke-faults.js'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const DIST = join(ROOT, 'dist')
const PILE = join(ROOT, 'examples', 'comic-pile')
const OTHERS = /^(?:node_modules|dist|test|e2e|usertwo)$/

/**
 * How many texts of the toolkit the mutants still edit, by who brings them. They may only fall: lower them
 * here.
 */
const EDITS_OF_TOOLKIT = { checks: 0, example: 11 }

interface Tried {
  check: string
  mutant: Mutant
  /** whether the project brings it, not the check */
  example: boolean
}

/** What the text edits of these mutants are made in: the toolkit as built, and the example. */
const sources = new Map<string, string>()
let tried: Tried[]
/** every module of mutants, those that no mutant of comic-pile uses too */
let modules: { file: string; mutants: Record<string, Replacement> }[]

beforeAll(async () => {
  const { suites } = await built<{ suites: { checks: Check[] }[] }>('proof/gate/run/suites.js')
  const { mutantsOf } = await built<{ mutantsOf(check: Check, project: Project): Mutant[] }>(
    'proof/gate/run/proof.js',
  )
  const { loadProject } = await built<{ loadProject(folder: string): Promise<Project> }>(
    'proof/gate/project.js',
  )
  const project = await loadProject(PILE)
  for (const file of [...filesIn(DIST), ...filesIn(PILE, OTHERS)])
    sources.set(file.replaceAll('\\', '/'), readFileSync(file, 'utf8'))
  tried = suites
    .flatMap(({ checks }) => checks)
    .flatMap((check) => {
      const own = project.mutants?.[check.id] ?? []
      const all = [...mutantsOf(check, project), ...(check.additions ?? [])]
      return all.map((mutant) => ({ check: check.id, mutant, example: own.includes(mutant) }))
    })
  const ofMutants = readdirSync(join(ROOT, 'proof'), { recursive: true, encoding: 'utf8' })
    .map((file) => join(ROOT, 'proof', file))
    .filter(
      (file) => /[\\/]mutants[\\/].+\.ts$/.test(file) && readFileSync(file, 'utf8').includes('replacing('),
    )
  modules = await Promise.all(
    ofMutants.map(async (file) => {
      const url = pathToFileURL(join(DIST, relative(ROOT, file).replace(/ts$/, 'js'))).href
      const { default: mutants } = (await import(url)) as { default: Record<string, Replacement> }
      return { file, mutants }
    }),
  )
})

describe('every mutant', () => {
  test('fits the code it was written for, and what it makes of it still parses', () => {
    expect(tried.length).toBeGreaterThan(200)
    expect(tried.flatMap(({ check, mutant }) => unfit(mutant).map((why) => `${check}: ${why}`))).toEqual([])
  })

  test('says what the evidence must name', () => {
    expect(tried.filter(({ mutant }) => !mutant.names).map(({ mutant }) => mutant.name)).toEqual([])
  })

  test('that edits the text of the toolkit is one of few, and never of more', () => {
    const edits = (example: boolean) => {
      const own = tried.filter((one) => one.example === example)
      const all = own.flatMap(({ mutant: { by } }) => by.edit ?? []).filter(isOfToolkit)
      return new Set(all.map((edit) => JSON.stringify(edit))).size
    }
    expect({ checks: edits(false), example: edits(true) }).toEqual(EDITS_OF_TOOLKIT)
  })
})

describe('every module of mutants', () => {
  test('replaces functions and classes that the module it names exports', async () => {
    const all = modules.flatMap(({ mutants }) => Object.values(mutants))
    expect(all.length).toBeGreaterThan(150)
    const wrong = await Promise.all(
      all.map(async ({ by, name, module, overrides }) => {
        const real = (await import(pathToFileURL(join(DIST, `${module}.js`)).href)) as Record<string, unknown>
        const lost = Object.keys(overrides).filter((one) => typeof real[one] !== 'function')
        return lost.map((one) => `${by} ${name}: ${module} exports no function ${one}`)
      }),
    )
    expect(wrong.flat()).toEqual([])
    expect(all.filter(({ overrides }) => Object.keys(overrides).length === 0)).toEqual([])
  })

  test('is named as what it replaces, and held by the type of the same module', () => {
    const wrong = modules.flatMap(({ file, mutants }) => {
      const source = readFileSync(file, 'utf8')
      const [, given] = /replacing\(\s*import\.meta\.url,\s*'([^']+)',\s*\{/.exec(source) ?? []
      const satisfied =
        /satisfies Record<\s*string,\s*Partial<typeof (?:(real)|import\('([^']+)'\))>\s*>,?\s*\)\n/
      const [, isReal, named] = satisfied.exec(source) ?? []
      const [, imported] = /^import \* as real from '([^']+)'/m.exec(source) ?? []
      const typed = isReal ? imported : named
      const replaced = new Set(Object.values(mutants).map(({ module }) => basename(module)))
      const isNamed = replaced.size === 1 && replaced.has(basename(file, '.ts'))
      return typed !== undefined && typed === given && isNamed ? [] : [relative(ROOT, file)]
    })
    expect(
      wrong,
      "name the file like the module, and use 'import * as real' with 'typeof real', or 'typeof import(…)' of the same path; 'import type' is not allowed",
    ).toEqual([])
  })

  test('is the only one of its module among the mutants of a phase', () => {
    const places = modules.flatMap(({ file, mutants }) => {
      const [folder] = relative(ROOT, file).split(/[\\/]mutants[\\/]/)
      return [...new Set(Object.values(mutants).map(({ module }) => `${folder} ${module}`))]
    })
    expect(places.filter((place, at) => places.indexOf(place) !== at)).toEqual([])
  })
})

test('what the long test of smoke plants in the toolkit fits its code', () => {
  expect(unfit({ name: 'a fault', names: '', by: { edit: EDITED } })).toEqual([])
})

function isOfToolkit(edit: { file: string }): boolean {
  return [...sources.keys()].some(
    (file) => file.startsWith(DIST.replaceAll('\\', '/')) && isMeantFor(edit, file),
  )
}

function unfit({ name, by: { edit = [] } }: Mutant): string[] {
  return [...new Set(edit.map(({ file }) => file))].flatMap((named) => {
    const meant = [...sources].filter(([file]) => file.endsWith(named))
    if (meant.length === 0) return [`${name}: there is no ${named}`]
    return meant.flatMap(([file, source]) => {
      try {
        parse(rewrite(edit, file, source), {
          sourceType: 'unambiguous',
          plugins: ['jsx'],
          allowReturnOutsideFunction: true,
        })
        return []
      } catch (error) {
        return [`${name}: ${(error as Error).message}`]
      }
    })
  })
}

function filesIn(folder: string, but = /^node_modules$/): string[] {
  if (!existsSync(folder)) throw new Error(`${folder} is not there; run: npm run build`)
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.(?:[cm]?js|jsx)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter(
      (file) =>
        !dirname(file)
          .slice(folder.length)
          .split(/[\\/]/)
          .some((part) => but.test(part)),
    )
}
