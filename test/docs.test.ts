import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import express from 'express'
import knex from 'knex'
import { describe, expect, test } from 'vitest'
import { type Declaration, GROUPS } from '../cli/declared/declaration.js'
import { DECLARED } from '../cli/declared/index.js'
import * as help from '../cli/help.js'
import { KINDS, kindIds } from '../cli/scan/kinds.js'
import { suites } from '../proof/gate/run/suites.js'
import { type Config, type ConfigInput, parseConfig } from '../src/config/config.js'
import { configSchema } from '../src/config/config-schema.js'
import { variables } from '../src/config/variables.js'
import { endpoints } from '../src/contract/endpoints.js'
import { problems } from '../src/core/problem.js'
import { type Hook, hooks } from '../src/core/process/patch.js'
import * as toolkit from '../src/index.js'
import { DE } from '../src/phases/4-auth/words/de.js'
import { EN } from '../src/phases/4-auth/words/en.js'
import { install } from '../src/run/install.js'

interface Option {
  name: string
}

interface Hooked extends Hook {
  from: string
  stays: boolean | null
}

interface Pages {
  envExample(from: typeof variables): string
  configuration(options: Option[]): string
  environment(from: typeof variables): string
  ANY_APP: ConfigInput
  checks(from: typeof suites, config: Config): string
  errors(from: typeof problems, thrown: string[]): string
  hooks(found: Hooked[]): string
  words(catalogues: { en: typeof EN; de: typeof DE }): string
  codesOf(source: string, name: string): string[]
}

const ROOT = new URL('..', import.meta.url)
const read = (file: string) => readFileSync(new URL(file, ROOT), 'utf8')
const pages = (await import(new URL('scripts/docs/pages.mjs', ROOT).href)) as Pages
const { optionsOf } = (await import(new URL('scripts/docs/options.mjs', ROOT).href)) as {
  optionsOf(from: typeof configSchema): Option[]
}
const { api } = (await import(new URL('scripts/docs/api.mjs', ROOT).href)) as { api(): string }
const { hooksOf, declaredHooks } = (await import(new URL('scripts/docs/hooks.mjs', ROOT).href)) as {
  declaredHooks(folder: string): Pick<Hooked, 'of'>[]
  hooksOf(toolkit: object, app: unknown, db: object): Promise<Hooked[]>
}
const { cliPage } = (await import(new URL('scripts/docs/cli.mjs', ROOT).href)) as {
  cliPage(commands: readonly Declaration[], groups: object, from: typeof help): string
}
const options = optionsOf(configSchema)
const anyApp = parseConfig(pages.ANY_APP)
const thrown = pages.codesOf(read('src/core/scope-error.ts'), 'ScopeErrorCode')
const fix = 'what it is made of has changed: run `npm run docs`'

describe('pages made of registries', () => {
  test('.env.example lists the variables that are read', () => {
    expect(read('.env.example'), fix).toBe(pages.envExample(variables))
  })

  test('docs/reference/environment.md lists the variables that are read', () => {
    expect(read('docs/reference/environment.md'), fix).toBe(pages.environment(variables))
  })

  test('docs/configuration.md lists the options', () => {
    expect(read('docs/configuration.md'), fix).toBe(pages.configuration(options))
    const names = options.map(({ name }) => name)
    expect(names).toEqual(expect.arrayContaining(['app.env', 'tables.X.owner', 'waivers[].until']))
    const bare = configSchema.extend({ more: configSchema.shape.name.unwrap() })
    expect(() => optionsOf(bare)).toThrow('the option more has no description')
  })

  test('docs/cli.md has each command with its options, and no other', () => {
    const commands: Declaration[] = Object.values(DECLARED)
    const page = read('docs/cli.md')
    expect(page, fix).toBe(cliPage(commands, GROUPS, help))
    const sections = page.split(/^### usertwo /m).slice(1)
    const written = sections.map((section) => [
      /^[\w-]+/.exec(section)![0],
      ...[...section.matchAll(/^\| (`--.*?`) \| /gm)]
        .flatMap(([, cell]) => [...cell!.matchAll(/`--([\w-]+)/g)].map(([, option]) => option!))
        .sort(),
    ])
    const declared = commands.map(({ name, options }) => [name, ...Object.keys(options).sort()])
    expect(written.sort()).toEqual(declared.sort())
  })

  test('docs/checks.md has a heading for each check', () => {
    expect(read('docs/checks.md'), fix).toBe(pages.checks(suites, anyApp))
    const ids = suites.flatMap((phase) => phase.checks.map(({ id }) => id))
    expect(new Set(ids).size).toBe(ids.length)
  })

  test('docs/errors.md has a heading for each code', () => {
    expect(thrown.length).toBeGreaterThan(10)
    expect(read('docs/reference/texts.md'), fix).toBe(pages.words({ en: EN, de: DE }))
    expect(read('docs/errors.md'), fix).toBe(pages.errors(problems, thrown))
  })

  test('docs/reference/api.md has each function and class that is exported, with its docblock', () => {
    expect(read('docs/reference/api.md'), fix).toBe(api())
    const values = Object.entries({ ...toolkit }).filter(([, value]) => typeof value === 'function')
    const headings = [...read('docs/reference/api.md').matchAll(/^### (\w+)$/gm)].map(([, name]) => name)
    expect(headings).toEqual(expect.arrayContaining(values.map(([name]) => name)))
  })

  test('docs/reference/hooks.md lists what is hooked, from when and until when', async () => {
    const found = await hooksOf(
      { usertwo: toolkit.usertwo, scope: toolkit.scope, hooks, install },
      express,
      knex({ client: 'pg', connection: {} }),
    )
    expect(read('docs/reference/hooks.md'), fix).toBe(pages.hooks(found))
    const [query, print] = ['pg Client.prototype.query', 'process.stdout.write'].map((name) =>
      found.find(({ of }) => of === name),
    )
    expect(query).toMatchObject({ from: '`scope(db)`', stays: true })
    expect(print).toMatchObject({ from: 'phase 2', stays: false })
    for (const library of ['Prisma', 'Drizzle', 'MikroORM', 'socket.io-adapter', "process.on('SIGTERM')"])
      expect(found.map(({ of }) => of).join('\n')).toContain(library)
  })

  test('a hook that is planted in a source is found, and one without a name is refused', () => {
    const folder = mkdtempSync(join(tmpdir(), 'usertwo-hooks-'))
    const plant = (hook: string) =>
      writeFileSync(
        join(folder, 'planted.ts'),
        `import { patch } from '../core/process/patch.js'\npatch(owner, 'take', around, ${hook})\n`,
      )
    try {
      plant(`{ of: \`Planted.prototype.\${name}\`, why: 'a reason' }`)
      expect(declaredHooks(folder)).toEqual([expect.objectContaining({ of: 'Planted.prototype.…' })])
      plant('hook')
      expect(() => declaredHooks(folder)).toThrow(/planted\.ts:2: the name of what is hooked cannot be read/)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})

test('README and docs name only commands and options that exist', () => {
  const pages = readdirSync(new URL('docs', ROOT), { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.md'),
  )
  const wrong = ['README.md', ...pages.map((file) => `docs/${file}`)].flatMap((file) =>
    [...read(file).matchAll(/\busertwo ([a-z-]+)((?: [^\n`|#]*?)?)(?= -- |[\n`|#]|$)/g)].flatMap(
      ([line, name, rest]) => {
        const command = (DECLARED as Record<string, Declaration | undefined>)[name!]
        const given = [...rest!.matchAll(/ --([a-z][\w-]*)/g)].map(([, option]) => option!)
        if (!command) return given.length ? [`${file}: ${line}`] : []
        return given
          .filter((option) => !(option in command.options))
          .map((option) => `${file}: ${name} --${option}`)
      },
    ),
  )
  expect(wrong).toEqual([])
})

test('docs/how-to/scan-an-app.md lists each kind of finding as the scan prints it, and no other', () => {
  const told = kindIds.map((id) => {
    const { title, phase, gain, fix } = KINDS[id]
    return `| \`${id}\` | ${title} | ${phase ?? 'none'} | ${gain} ${fix} |`
  })
  const rows = read('docs/how-to/scan-an-app.md').match(/^\| `[\w-]+` \|.*\|$/gm)
  expect(rows).toEqual(told)
})

test('README shows the two edits as they are, it and CONTRIBUTING.md name only commands that exist', () => {
  const readme = read('README.md')
  expect(readme).toContain(read('examples/comic-pile/server.hardened.js'))
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
  const texts = readme + read('CONTRIBUTING.md')
  const named = [...texts.matchAll(/npm run (?:-s )?([a-z]+)/g)].map(([, name]) => name!)
  expect(named.filter((name) => !(name in scripts))).toEqual([])
  const linked = [...readme.matchAll(/\]\(([^)#:]+)\)/g)].map(([, file]) => file!)
  expect(linked.filter((file) => !existsSync(new URL(file, ROOT)))).toEqual([])
})

test('README fits into 120 lines, shows a picture on its first screen and has the words of the glossary', () => {
  const lines = read('README.md').trimEnd().split('\n')
  expect(lines.length).toBeLessThanOrEqual(120)
  expect(lines.slice(0, 12).some((line) => line.startsWith('!['))).toBe(true)
  const words = (text: string) => text.match(/\| word \| meaning \|\n(?:\|.*\n)+/)?.[0]
  expect(words(read('README.md'))?.split('\n')).toHaveLength(9)
  expect(words(read('docs/start/glossary.md'))).toBe(words(read('README.md')))
})

test('the pictures are as the script makes them', async () => {
  const { pictures } = (await import(new URL('scripts/docs/pictures.mjs', ROOT).href)) as {
    pictures(readme: string, phases: typeof suites): Record<string, string>
  }
  for (const [file, picture] of Object.entries(pictures(read('README.md'), suites)))
    expect(read(file), fix).toBe(picture)
})

test('every check says what it proves, what turns it red and how to mend it', () => {
  for (const { id, title, proves, fix, mutants } of suites.flatMap((phase) => phase.checks)) {
    expect(proves.length, `${id} proves`).toBeGreaterThan(0)
    const defects = typeof mutants === 'function' ? mutants(anyApp) : mutants
    expect(defects.length, `${id} mutants`).toBeGreaterThan(0)
    expect(fix.length, `${id} fix`).toBeGreaterThan(10)
    expect(title, `${id} title`).toMatch(/^\p{Lu}/u)
  }
})

const PAGES = readdirSync(new URL('src/phases/5-pages', ROOT), {
  recursive: true,
  encoding: 'utf8',
}).filter((file) => /-(routes|pages)\.ts$/.test(file))

test('docs/explanation/accounts.md lists every way to log in that a setting adds', () => {
  const [, section = ''] = /^## Ways to log in\n(.*?)^## /ms.exec(read('docs/explanation/accounts.md')) ?? []
  const listed = [...section.matchAll(/`(AUTH_ENABLE_\w+)`/g)].map(([, name]) => name)
  // A second factor is not a way by itself.
  const ways = Object.keys(variables).filter((name) => /^AUTH_ENABLE_(?!TOTP)/.test(name))
  expect(listed.sort()).toEqual(ways.sort())
})

test('docs/reference/http-api.md names every call of the auth API and every page, and no other', () => {
  const mounted = (file: string, router: string, mount: string) =>
    [
      ...read(file).matchAll(new RegExp(`\\b${router}\\.(get|post|delete)(?:<[^(]*>)?\\(\\s*'([^']+)'`, 'g')),
    ].map(([, method, path]) => `${method!.toUpperCase()} ${mount}${path === '/' ? '' : path}`)
  const made = [
    ...endpoints.map(({ method, path }) => `${method} /api/auth${path}`),
    ...endpoints.flatMap(({ form }) => (form ? [`POST /auth${form.path}`] : [])),
    ...PAGES.flatMap((file) => mounted(`src/phases/5-pages/${file}`, 'router', '/auth')),
    ...['GET /auth/login', 'GET /auth/register', 'GET /ready', 'GET /.well-known/change-password'],
  ]
  const named = [...read('docs/reference/http-api.md').matchAll(/`((?:GET|POST|DELETE) \/[^`]*)`/g)].map(
    ([, call]) => call,
  )
  expect(named.sort()).toEqual([...new Set(made)].sort())
})
