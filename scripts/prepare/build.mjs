import { chmodSync, existsSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, relative } from 'node:path'
import { TREES } from '../trees.mjs'
import { changedAt, filesIn, must, newest, ROOT, say } from './step.mjs'

const DIST = join(ROOT, 'dist')
const SOURCES = TREES.map((tree) => join(ROOT, tree))
const STAMP = join(DIST, '.built')
const COMMAND = join(DIST, 'cli', 'main.js')
/** The script that pages load with one tag: all of src/client in one file. */
const TAG = 'src/client/tag.min'
const CONFIGS = [
  'tsconfig.json',
  'tsconfig.build.json',
  'package-lock.json',
  'scripts/prepare/build.mjs',
].map((name) => join(ROOT, name))

/** @returns whether dist is newer than all of its sources */
export function isBuilt() {
  return newest([...SOURCES, ...CONFIGS]) <= changedAt(STAMP)
}

/** Compiles the trees to dist if they changed, and removes the output of deleted sources. */
export function buildToolkit() {
  const wanted = new Set(
    SOURCES.flatMap(filesIn)
      .filter((file) => file.endsWith('.ts') && !/\.(?:test|d)\.ts$/.test(file))
      .map((file) => relative(ROOT, file).replace(/\.ts$/, '')),
  ).add(TAG)
  for (const file of filesIn(DIST)) {
    const source = /^(.*?)(\.d)?\.[jt]s(\.map)?$/.exec(relative(DIST, file))?.[1]
    if (source !== undefined && !wanted.has(source)) rmSync(file)
  }
  const missing = [...wanted].some((name) => !existsSync(join(DIST, `${name}.js`)))
  if (!missing && isBuilt()) return
  // The compiler would not write a file again that it believes to have written.
  if (missing) rmSync(join(DIST, '.tsbuildinfo'), { force: true })
  say('Building the toolkit (tsc) …')
  const started = new Date()
  const tsc = createRequire(import.meta.url).resolve('typescript/package.json')
  must('The build', 'Correct what the compiler names above, then start again.', process.execPath, [
    join(tsc, '..', 'bin', 'tsc'),
    '-p',
    join(ROOT, 'tsconfig.build.json'),
  ])
  writeFileSync(join(DIST, `${TAG}.js`), bundleTag())
  // Node looks for a package.json in every folder above a module. With one here, the first start allocates 2
  // MB less (`bench -- start`).
  writeFileSync(join(DIST, 'src', 'package.json'), '{ "type": "module" }\n')
  // npm does this when it installs the package; here, `npx usertwo` runs the file that was just written.
  chmodSync(COMMAND, 0o755)
  writeFileSync(STAMP, '')
  utimesSync(STAMP, started, started)
}

/** Returns the client as one file, as a page loads it. */
export function bundleTag() {
  const { buildSync } = createRequire(import.meta.url)('esbuild')
  const options = { bundle: true, minify: true, format: 'iife', target: 'es2022', write: false }
  const [{ text }] = buildSync({
    ...options,
    entryPoints: [join(ROOT, 'src', 'client', 'tag.ts')],
  }).outputFiles
  return text
}

const PAGE = ['client', 'public', 'index.html', 'vite.config.js', 'package.json']

/** Builds the pages of the examples that have any, if their sources are newer. */
export function buildPages() {
  for (const name of readdirSync(join(ROOT, 'examples'))) {
    const folder = join(ROOT, 'examples', name)
    if (!existsSync(join(folder, 'vite.config.js'))) continue
    if (newest(PAGE.map((part) => join(folder, part))) <= changedAt(join(folder, 'dist', 'index.html')))
      continue
    say(`Building the pages of ${name} (vite build) …`)
    const vite = createRequire(join(folder, 'package.json')).resolve('vite/package.json')
    const fix = 'Correct what Vite names above, then start again.'
    must('The build of the pages', fix, process.execPath, [join(vite, '..', 'bin', 'vite.js'), 'build'], {
      cwd: folder,
      env: { ...process.env, NODE_ENV: 'production' },
    })
  }
}
