import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { TREES, trackedFiles } from './support/tracked-files.js'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const PLACE = ROOT.replace(/.$/, '')

const files = trackedFiles()
const read = (file: string) => {
  try {
    return readFileSync(join(ROOT, file), 'utf8')
  } catch {
    return ''
  }
}
const sources = files.filter((file) => file.endsWith('.ts') && TREES.includes(file.split('/')[0]!))
const units = sources.filter((file) => !file.endsWith('.test.ts'))

// They hold the text of a program that runs as a process of its own.
const AS_TEXT = [
  'proof/postgres/embedded/watchdog.ts',
  'cli/init/files/start-once.ts',
  'proof/checks/8-rollout/late-database.ts',
]

describe('files', () => {
  test('no source is longer than 400 lines', () => {
    const long = units
      .map((file) => [file, read(file).split('\n').length] as const)
      .filter(([, n]) => n > 400)
    expect(long).toEqual([])
  })

  test('only the command line ends the process, SIGTERM, and a start that nothing catches', () => {
    const ends = units.filter((file) => !file.startsWith('cli/') && /\bprocess\.exit\(/.test(code(file)))
    const may = ['src/core/process/start-errors.ts', 'src/core/process/stop.ts']
    expect(ends.filter((file) => !AS_TEXT.includes(file))).toEqual(may)
  })

  test('none that runs with the app asks for a phase by its number', () => {
    const isAsked = (text: string) => /(?:\bdial|_PHASE) (?:[<>]=?|===) [1-9]/.test(text)
    expect(runs.filter((file) => isAsked(code(file)))).toEqual([])
    expect(['dial >= 6', 'settings.USERTWO_PHASE < 2'].every(isAsked)).toBe(true)
  })

  test('each that the page on architecture names is there', () => {
    const named = [
      ...read('docs/explanation/architecture.md').matchAll(/`([\w./-]+(?:\/|\.ts|\.json)[\w./-]*)`/g),
    ]
    const gone = named.filter(([, path]) => !files.some((file) => `/${file}`.includes(`/${path}`)))
    expect(named.length).toBeGreaterThan(20)
    expect(gone.map(([, path]) => path)).toEqual([])
  })

  test('none is a bucket', () => {
    expect(files.filter((file) => /(^|\/)(types|utils|helpers|lib|misc|common)\.[jt]s$/.test(file))).toEqual(
      [],
    )
  })

  test('no test is left out', () => {
    const tests = files.filter((file) => /\.(test|spec)\.[jt]s$/.test(file) && file !== 'test/rooms.test.ts')
    expect(tests.filter((file) => /\b(test|it|describe)\.(skip|only|todo)\(/.test(read(file)))).toEqual([])
  })

  test('none names the machine it was written on', () => {
    const home = /(?:^|[\s'"`(=:])\/(?:home|Users)\/\w/m
    const registry = npmRegistry()
    const wrong = files.filter((file) => {
      const text = read(file)
      return text.includes(PLACE) || home.test(text) || (registry !== null && text.includes(registry))
    })
    expect(wrong).toEqual([])
  })

  test('the lock file names no registry but the public one', () => {
    const hosts = [...read('package-lock.json').matchAll(/"resolved": "(https?:\/\/[^/"]+)/g)].map(
      ([, host]) => host,
    )
    expect(hosts.filter((host) => host !== 'https://registry.npmjs.org')).toEqual([])
  })
})

/** What no file may say, but where it is said for all. */
const SAID_ONCE = [
  {
    name: 'a method of others is patched by core/process/patch alone',
    says: /\.prototype(?: as [^)]*\))?\.\w+ = |\b(?:defineProperty|assign)\((?:prototype|proto|fs|http|pg|process)\b|\b(?:fs|process)(?:\.\w+)+ = |\bprocess\.std\w+\.\w+ = |\bstream\.write = /,
    but: ['src/core/process/patch.ts'],
    planted: [
      'Server.prototype.emit = guarded',
      'Object.defineProperty(prototype, name, {})',
      'fs.write = guarded',
    ],
  },
  {
    name: 'what belongs to the process is kept by core/process/store alone',
    says: /\bglobalThis as\b|\bassign\(globalThis\b|\bglobalThis(?:\.\w+|\[\w+\]) (?:\?\?)?= |^let /m,
    but: ['src/core/process/store.ts', 'src/phases/5-pages/html/page-script.ts'],
    planted: ['const globals = globalThis as { a?: 1 }', 'globalThis.fetch = guarded', 'let apps = 0'],
  },
  {
    name: 'names and texts are quoted for SQL by database/quoted alone',
    says: /\bescape(?:Identifier|Literal)\b|replaceAll\('"', '""'\)|replaceAll\("'", "''"\)|replace\(\/["']\/g|\b(?:from|into|update|table|truncate|trigger|on|alter|drop|role|database|join|schema|where|column) "\$\{|=> `"\$\{[^`]*\}"`|= `"\$\{[^`]*\}"`/,
    but: ['src/database/quoted.ts'],
    tools: true,
    planted: [
      `select * from "$\{table}"`,
      `names.map((name) => \`"$\{name}"\`)`,
      'pg.escapeLiteral(id)',
      `const id = \`'\${String(id).replaceAll("'", "''")}'\``,
    ],
  },
]
const runs = units.filter((file) => file.startsWith('src/'))

describe('one place', () => {
  test.each(SAID_ONCE)('$name', ({ says, but, planted, tools = false }) => {
    const where = tools ? units : runs
    expect(where.filter((file) => says.test(code(file)))).toEqual(but.filter((file) => says.test(code(file))))
    expect(planted.filter((line) => !says.test(line))).toEqual([])
  })
})

/** A file without its comments. */
function code(file: string): string {
  return read(file).replace(/\/\*[\s\S]*?\*\/|(^|\s)\/\/.*$/gm, '')
}

/** The host of a private registry; null for the public one. */
function npmRegistry(): string | null {
  const url =
    process.env.npm_config_registry ??
    execFileSync('npm', ['config', 'get', 'registry'], {
      encoding: 'utf8',
      shell: process.platform === 'win32',
    })
  const { host } = new URL(url.trim())
  return host === 'registry.npmjs.org' ? null : host
}
