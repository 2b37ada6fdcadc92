import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readPackageManifest } from './manifest.js'
import { bareCommand, findStart, missingRunner, missingStart } from './start.js'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'usertwo-start-'))
  for (const name of ['bin', 'src', 'dist', 'back']) mkdirSync(join(folder, name))
  for (const name of ['server.js', 'bin/www', 'src/index.ts', 'dist/index.js', 'back/main.js'])
    writeFileSync(join(folder, name), '')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function startOf(manifest: object) {
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest, null, 2))
  return findStart(folder, readPackageManifest(folder))
}

test.each([
  ['node server.js', ['node', 'server.js']],
  ['NODE_ENV=production node ./bin/www', ['node', 'bin/www']],
  ['cross-env PORT=1 nodemon server', ['node', 'server.js']],
  ['npm run build && node dist/index.js', ['node', 'dist/index.js']],
  ['node -r ts-node/register src/index.ts', ['node', '-r', 'ts-node/register', 'src/index.ts']],
  ['tsx watch src/index.ts', ['npx', 'tsx', 'src/index.ts']],
  ['ts-node src/index.ts', ['npx', 'ts-node', 'src/index.ts']],
  ['nodemon src/index.ts', ['npx', 'tsx', 'src/index.ts']],
])('the start script %j runs its file as it is run now, without a watcher', (start, command) => {
  expect(startOf({ scripts: { start } })).toMatchObject({ command, at: 'package.json:3' })
})

test('a TypeScript file is run by ts-node where that is installed, and tsx is not', () => {
  const put = (name: string) => mkdirSync(join(folder, 'node_modules', name), { recursive: true })
  try {
    put('ts-node')
    const found = () => startOf({ scripts: { start: 'nodemon src/index.ts' } })!.command
    expect(found()).toEqual(['npx', 'ts-node', 'src/index.ts'])
    put('tsx')
    expect(found()).toEqual(['npx', 'tsx', 'src/index.ts'])
  } finally {
    rmSync(join(folder, 'node_modules'), { recursive: true })
  }
})

test('a file that tsc compiled to CommonJS is started from its source, and without a runner is said', () => {
  const compiled = 'Object.defineProperty(exports, "__esModule", { value: true });'
  const put = (name: string) => mkdirSync(join(folder, 'node_modules', name), { recursive: true })
  const found = () => startOf({ scripts: { start: 'npm run build && node dist/index.js' } })!
  writeFileSync(join(folder, 'dist/index.js'), compiled)
  try {
    expect(found()).toMatchObject({ file: 'src/index.ts', missing: 'dist/index.js' })
    expect(missingRunner(folder, found())).toMatch(
      /^src\/index\.ts is TypeScript.*npm install --save-dev tsx$/,
    )
    put('tsx')
    expect(missingRunner(folder, found())).toBeNull()
    writeFileSync(join(folder, 'dist/own.js'), compiled)
    expect(startOf({ main: 'dist/own.js' })!.file).toBe('dist/own.js')
  } finally {
    for (const name of ['node_modules', 'dist/own.js'])
      rmSync(join(folder, name), { recursive: true, force: true })
    writeFileSync(join(folder, 'dist/index.js'), '')
  }
})

test('without a start script the one for development counts, then main, then a file with a usual name', () => {
  expect(startOf({ scripts: { dev: 'nodemon server.js' } })).toMatchObject({ command: ['node', 'server.js'] })
  expect(startOf({ main: 'dist/index.js' })).toMatchObject({
    command: ['node', 'dist/index.js'],
    at: 'package.json:2',
  })
  expect(startOf({ scripts: { start: 'next start' } })).toMatchObject({ file: 'server.js', at: 'server.js' })
})

test.each([
  'cd back && node main.js',
  'cd ./back/ ; NODE_ENV=production node main',
  'cd back && nodemon main.js',
])('the start script %j is run from the folder that it changes to', (start) => {
  const found = startOf({ scripts: { start } })!
  expect(found).toMatchObject({ command: ['node', 'back/main.js'], file: 'back/main.js', cd: 'back' })
  expect(bareCommand(found)).toEqual(['sh', '-c', 'cd back && exec node main.js'])
})

test('ignores a start script outside the folder', () => {
  expect(startOf({ scripts: { start: 'cd ../other && node main.js' } })).toMatchObject({ at: 'server.js' })
})

test('a start script that names a missing file is said, whatever is started instead', () => {
  expect(startOf({ scripts: { start: 'node dist/gone.js', dev: 'node server.js' } })).toMatchObject({
    command: ['node', 'server.js'],
    missing: 'dist/gone.js',
  })
  const manifest = {
    scripts: { start: 'node dist/gone.js', build: 'tsc' },
    dependencies: {},
    text: '"start"',
  }
  expect(missingStart(folder, manifest)).toMatch(
    /^"start" \(package.json:1\) starts dist\/gone.js, which is not there: npm run build/,
  )
})

test.each([
  ['webpack', 'dist/server.js', 'var o = __webpack_require__(449);', 'src/server.ts'],
  [
    'webpack, minified',
    'dist/main.cjs',
    `(()=>{var o={449:o=>{o.exports=require("pg")}}${';'.repeat(600)}})()`,
    'src/index.ts',
  ],
  ['esbuild', 'dist/index.cjs', 'var import_express = __toESM(require("express"));', 'src/index.ts'],
  ['ncc', 'build/index.js', 'module.exports = __nccwpck_require__(1)', 'src/index.ts'],
])('a file that %s packed is started from its source', (_, file, text, source) => {
  mkdirSync(join(folder, 'build'), { recursive: true })
  writeFileSync(join(folder, file), text)
  if (source === 'src/server.ts') writeFileSync(join(folder, source), '')
  try {
    expect(startOf({ scripts: { start: `node ${file}` } })).toMatchObject({
      command: ['npx', 'tsx', source],
      file: source,
      missing: file,
    })
  } finally {
    rmSync(join(folder, 'src/server.ts'), { force: true })
    rmSync(join(folder, file))
  }
})
