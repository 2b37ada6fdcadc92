import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Answers, bareAnswers, compared, HOWS, type OwnersDatabase } from './express/compare.mjs'
import { build } from './support/built.js'

const MAJORS = { 4: folderOf('express4'), 5: folderOf('express') }

function folderOf(name: string): string {
  return fileURLToPath(new URL(`../node_modules/${name}`, import.meta.url))
}

let database: OwnersDatabase
const bare: Record<string, Answers> = {}

beforeAll(async () => {
  await build()
  // It needs `dist`, as an app would.
  const { href } = new URL('express/database.mjs', import.meta.url)
  database = await (await import(href)).ownersDatabase()
  for (const [major, folder] of Object.entries(MAJORS)) bare[major] = await bareAnswers(folder)
}, 120_000)
afterAll(() => database?.end())

describe.each(Object.entries(MAJORS))('Express %s', (major, folder) => {
  test('the app answers every request without the layers', () => {
    const answers = [...bare[major]!]
    expect(answers.length).toBeGreaterThan(800)
    // Two probes end the connection themselves.
    const without = answers.filter(([, { ended }]) => ended !== 'complete').map(([name]) => name)
    expect(without.filter((name) => !name.startsWith('res.destroyed'))).toEqual([])
    expect(new Set(answers.map(([name]) => name.split(',')[0])).size).toBeGreaterThan(180)
  })

  test.each(HOWS)(
    'its handlers see and do the same, $how at dial $dial',
    async (how) => {
      const { asked, differences } = await compared(folder, how, database, bare[major]!)
      expect(differences).toEqual([])
      expect(asked).toBe(bare[major]!.size)
    },
    120_000,
  )
})

test('what another Express answers is seen as different', async () => {
  const { differences } = await compared(MAJORS[5], HOWS[1]!, database, bare[4]!)
  const names = differences.map(({ name }) => name)
  for (const name of ['req.param, GET', 'res.redirect-back, GET', 'req.path, GET'])
    expect([name, names.includes(name)]).toEqual([name, name !== 'req.path, GET'])
}, 120_000)
