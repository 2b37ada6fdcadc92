import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { EXIT } from '../command.js'
import { UsageError } from '../usage-error.js'
import { command as scan } from './scan.js'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'usertwo-scan-command-'))
  mkdirSync(join(folder, 'app/server'), { recursive: true })
  mkdirSync(join(folder, 'none'))
  writeFileSync(join(folder, 'app/server/package.json'), '{ "dependencies": { "express": "^5.0.0" } }')
  const code = "const cors = require('cors')\napp.use(cors())\n"
  writeFileSync(join(folder, 'app/server/index.js'), `${code}const { Pool } = require('pg')\n`)
  mkdirSync(join(folder, 'memory'))
  writeFileSync(
    join(folder, 'memory/package.json'),
    '{ "dependencies": { "express": "^5.0.0", "pg": "^8.0.3", "typeorm": "^0.2.29" } }',
  )
  writeFileSync(join(folder, 'memory/index.js'), code)
})
afterAll(() => rmSync(folder, { recursive: true }))

async function run(...args: string[]): Promise<{ code: number; printed: string }> {
  let printed = ''
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += text
    return true
  })
  try {
    return { code: await scan.run(args), printed }
  } finally {
    write.mockRestore()
  }
}

it('ends well whatever was found, and names the command for the package that has Express', async () => {
  const { code, printed } = await run(join(folder, 'app'))
  expect(code).toBe(EXIT.go)
  expect(printed).toContain('server/index.js:2  cors() without options')
  expect(printed.trimEnd().split('\n').at(-1)).toBe(`Next: npx usertwo init ${join(folder, 'app/server')}`)
})

it('sends an app without a database to the page about databases, and names a library that is too old', async () => {
  const { printed } = await run(join(folder, 'memory'))
  expect(printed).toMatch(/^Database: none was found in the source$/m)
  expect(printed).toMatch(/^ +typeorm +usertwo holds typeorm 0\.3 and later: npm install typeorm@latest$/m)
  expect(printed.trimEnd().split('\n').at(-1)).toBe('Next: read docs/start/which-database.md#none-was-found')
})

it('could not tell where no package.json names Express', async () => {
  const { code, printed } = await run(join(folder, 'none'), '--json')
  expect(code).toBe(EXIT.unknown)
  expect(JSON.parse(printed)).toMatchObject({ facts: { home: null }, findings: [] })
})

it.each(['--json', '--markdown', '--sarif'])('prints %s and nothing else', async (output) => {
  const { printed } = await run(join(folder, 'app'), output)
  if (output === '--markdown') expect(printed).toMatch(/^# /)
  else expect(() => JSON.parse(printed)).not.toThrow()
})

it.each([
  ['a missing folder', ['nowhere'], /nowhere is not a folder/],
  ['two folders', ['.', 'other'], /unexpected argument "other"/],
  ['two outputs', ['--json', '--sarif'], /one of --json, --sarif/],
])('does not understand %s', async (_name, args, message) => {
  await expect(run(...args)).rejects.toThrow(message)
  await expect(run(...args)).rejects.toBeInstanceOf(UsageError)
})
