import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse } from '@babel/parser'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Check, Mutation } from '../src/tools/gate/check.js'
import { rewrite } from '../src/tools/gate/edits.js'
import type { Project } from '../src/tools/gate/project.js'
import { built } from './support/built.js'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const PILE = join(ROOT, 'examples', 'comic-pile')
const OTHERS = /^(?:node_modules|dist|test|e2e|usertwo)$/

/** What the text edits of these mutations are made in: the toolkit as built, and the example. */
const sources = new Map<string, string>()
let tried: { check: string; mutation: Mutation }[]

beforeAll(async () => {
  const { suites } = await built<{ suites: { checks: Check[] }[] }>('tools/gate/suites.js')
  const { mutationsOf } = await built<{ mutationsOf(check: Check, project: Project): Mutation[] }>(
    'tools/gate/proof.js',
  )
  const { loadProject } = await built<{ loadProject(folder: string): Promise<Project> }>(
    'tools/gate/project.js',
  )
  const project = await loadProject(PILE)
  for (const file of [...filesIn(join(ROOT, 'dist')), ...filesIn(PILE, OTHERS)])
    sources.set(file.replaceAll('\\', '/'), readFileSync(file, 'utf8'))
  tried = suites
    .flatMap(({ checks }) => checks)
    .flatMap((check) => mutationsOf(check, project).map((mutation) => ({ check: check.id, mutation })))
})

describe('every mutation', () => {
  test('fits the code it was written for, and what it makes of it still parses', () => {
    expect(tried.length).toBeGreaterThan(200)
    expect(tried.flatMap(({ check, mutation }) => unfit(mutation).map((why) => `${check}: ${why}`))).toEqual(
      [],
    )
  })

  test('says what the evidence must name', () => {
    expect(tried.filter(({ mutation }) => !mutation.names).map(({ mutation }) => mutation.name)).toEqual([])
  })
})

function unfit({ name, by: { edit = [] } }: Mutation): string[] {
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
