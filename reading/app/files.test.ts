import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { LIMITS, readInside, readTexts } from './files.js'

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'usertwo-files-'))
  mkdirSync(join(home, 'app'))
})
afterEach(() => rmSync(home, { recursive: true }))

const app = (...path: string[]) => join(home, 'app', ...path)
const names = () => [...readTexts(app()).texts.keys()]

it('reads only sources, SQL, schemas, package.json files and environment files', () => {
  for (const name of [
    'a.js',
    'b.tsx',
    'c.sql',
    'c.pgsql',
    'c.mysql',
    'd.prisma',
    'package.json',
    '.env',
    'e.png',
    'f.md',
    'g.d.ts',
    'h.min.js',
  ])
    writeFileSync(app(name), '')
  expect(names()).toEqual(['.env', 'a.js', 'b.tsx', 'c.pgsql', 'c.sql', 'd.prisma', 'package.json'])
})

it('skips installed, built and hidden files', () => {
  for (const name of ['node_modules', 'dist', 'build', 'coverage', '.git', '.cache', 'src']) {
    mkdirSync(app(name))
    writeFileSync(app(name, 'a.js'), '')
  }
  expect(names()).toEqual(['src/a.js'])
})

it('follows no symbolic links, neither out of the folder nor in a circle', () => {
  writeFileSync(join(home, 'secret.js'), '')
  symlinkSync(join(home, 'secret.js'), app('a.js'))
  symlinkSync(home, app('up'))
  symlinkSync(app(), app('round'))
  expect(names()).toEqual([])
})

it('reads a package’s version inside the folder, but not through a link out of it', () => {
  mkdirSync(app('node_modules'))
  mkdirSync(join(home, 'pg'))
  writeFileSync(join(home, 'pg', 'package.json'), '{}')
  writeFileSync(app('node_modules', 'own.json'), '{ "version": "1.0.0" }')
  symlinkSync(join(home, 'pg'), app('node_modules', 'pg'))
  const folder = readTexts(app()).folder
  expect(readInside(folder, 'node_modules/own.json')).toContain('1.0.0')
  expect(readInside(folder, 'node_modules/pg/package.json')).toBeNull()
  expect(readInside(folder, '../pg/package.json')).toBeNull()
})

it('reports skipped files: too large, packed, too deep', () => {
  writeFileSync(app('large.js'), 'a\n'.repeat(LIMITS.each))
  writeFileSync(app('packed.js'), `x(${'1,'.repeat(2000)}1)`)
  const deep = app(...Array.from({ length: LIMITS.deep + 2 }, () => 'd'))
  mkdirSync(deep, { recursive: true })
  const { texts, left } = readTexts(app())
  expect([...texts.keys()]).toEqual([])
  expect(left.map(({ why }) => why)).toEqual([
    expect.stringContaining('folders deep'),
    expect.stringContaining('bytes'),
    expect.stringContaining('packed'),
  ])
})
