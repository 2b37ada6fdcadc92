import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { readSources } from '../../../reading/syntax/sources.js'
import { parseConfig } from '../../../src/config/config.js'
import { readEnvironment } from './environment.js'
import { prefixOf } from './prefix.js'

const folder = mkdtempSync(join(tmpdir(), 'usertwo-prefix-'))
afterAll(() => rmSync(folder, { recursive: true }))

test('variables that begin with the app’s own name have it for a prefix', () => {
  const names = ['PORT', 'JOURNAL_TITLE', 'JOURNAL_SECRET', 'AWS_REGION', 'AWS_KEY']
  expect(prefixOf('journal', names)).toBe('JOURNAL_')
  expect(prefixOf('@me/Journal', names)).toBe('JOURNAL_')
  // One may be by chance, and what others have in common is the name of something else.
  for (const [app, of] of [
    ['journal', names.slice(0, 2)],
    ['notes', names],
    ['my-journal', names],
    [undefined, names],
  ] as const)
    expect(prefixOf(app, of)).toBeNull()
})

test('variables are read by another name for the environment, too', async () => {
  writeFileSync(
    join(folder, 'server.js'),
    `const env = process.env
     const { A_ONE } = process.env
     const own = { A_FOUR: 1 }
     require('http').createServer().listen(env.A_TWO ?? process.env['A_THREE'] ?? own.A_FOUR)`,
  )
  const config = parseConfig({
    app: { start: ['node', 'server.js'] },
    owner: { id: 1 },
    users: { table: 'users' },
  })
  const { server } = await readSources(folder, config)
  expect([...readEnvironment(folder, server).at.keys()].sort()).toEqual(['A_ONE', 'A_THREE', 'A_TWO'])
})
