// What resolvers and types make of the package: by the tools that its ecosystem checks packages with.
import { readFileSync } from 'node:fs'
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { packed } from './support/installed.js'

let made: Awaited<ReturnType<typeof packed>>
beforeAll(async () => {
  made = await packed()
})
afterAll(() => made?.remove())

const bytes = () => new Uint8Array(readFileSync(made.tarball))

test('publint finds no error, warning or suggestion', async () => {
  const { messages, pkg } = await publint({ pack: { tarball: bytes().buffer }, strict: true })
  expect(messages.map((message) => formatMessage(message, pkg!))).toEqual([])
})

test('each entry point has types that fit what is loaded, in every way a module is resolved', async () => {
  const result = await checkPackage(createPackageFromTarballData(bytes()))
  const problems = 'problems' in result ? result.problems : [{ kind: 'no types at all' }]
  // Modules alone, on purpose: every Node that the package runs on can require them.
  expect(problems.filter(({ kind }) => kind !== 'CJSResolvesToESM')).toEqual([])
}, 120_000)
