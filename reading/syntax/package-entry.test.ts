import { expect, it } from 'vitest'
import { packageIn, runFiles, sourceFiles } from './package-entry.js'

it('splits package names, and rejects paths, aliases and Node modules', () => {
  expect(packageIn('@acme/db/pool')).toEqual({ name: '@acme/db', below: './pool' })
  expect(packageIn('db')).toEqual({ name: 'db', below: '.' })
  for (const module of ['./db', '../db', '/db', '@/db', '~/db', '#db', 'node:fs'])
    expect(packageIn(module), module).toBeNull()
})

it('reads main, exports with conditions, and a pattern', () => {
  expect(runFiles({ main: './lib/index.js' }, '.')).toEqual(['lib/index.js'])
  expect(runFiles({}, '.')).toEqual(['index'])
  expect(runFiles({ main: 'x.js' }, './pool')).toEqual(['pool'])
  const exports = {
    '.': { types: './dist/index.d.ts', import: './dist/index.mjs', default: './dist/index.cjs' },
    './*': './dist/*.js',
    './closed': null,
  }
  expect(runFiles({ exports }, '.')).toEqual(['dist/index.mjs', 'dist/index.cjs'])
  expect(runFiles({ exports }, './pool')).toEqual(['dist/pool.js'])
  expect(runFiles({ exports }, './closed')).toEqual([])
})

it('looks for a build’s sources before the built files', () => {
  expect(sourceFiles({ main: 'dist/index.js' }, '.')).toEqual([
    'src/index',
    'index',
    'dist/index.js',
    'src/index',
    'index',
  ])
})
