import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { readTexts } from '../../../reading/app/files.js'
import { committedVariables } from './secrets.js'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'usertwo-secrets-'))
  mkdirSync(join(root, 'apps/server'), { recursive: true })
  writeFileSync(join(root, 'apps/server/.env'), 'JWT_SECRET=ahX9c2kQ77wbmZ1p\n')
})
afterEach(() => rmSync(root, { recursive: true }))

const found = () => committedVariables(readTexts(join(root, 'apps/server'))).map(({ at }) => at)

it.each(['.env', '*.env', '/apps/server/.env'])(
  'a .gitignore of the repository above the app counts: %s',
  (line) => {
    mkdirSync(join(root, '.git'))
    writeFileSync(join(root, '.gitignore'), `node_modules\n${line}\n`)
    expect(found()).toEqual([])
  },
)

it('one that names another file, or is outside of the repository, does not', () => {
  mkdirSync(join(root, '.git'))
  writeFileSync(join(root, '.gitignore'), '/web/.env\n')
  expect(found()).toEqual(['.env:1'])
  rmSync(join(root, '.git'), { recursive: true })
  mkdirSync(join(root, 'apps/.git'))
  writeFileSync(join(root, '.gitignore'), '.env\n')
  expect(found()).toEqual(['.env:1'])
})
