// Each `run:` of this repository's workflows, as the shell of GitHub splits it: the program is there, and takes the
// arguments. Nothing of it is run further than that.
import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse as parseYaml } from 'yaml'
import { build } from './support/built.js'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const WORKFLOWS = join(ROOT, '.github', 'workflows')
const { scripts, version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>
  version: string
}
/** Programs that are recorded in place of being run. */
const PROGRAMS = ['npm', 'npx', 'bash', 'sudo', 'gh']

const place = mkdtempSync(join(tmpdir(), 'usertwo-workflow-'))
beforeAll(async () => {
  for (const name of PROGRAMS) {
    const recorded = `console.log(JSON.stringify(['${name}', ...process.argv.slice(1)]))`
    writeFileSync(
      join(place, name),
      `#!/bin/sh\nexec '${process.execPath}' -e "${recorded.replaceAll('"', '\\"')}" -- "$@"\n`,
    )
    chmodSync(join(place, name), 0o755)
  }
  writeFileSync(join(place, 'stop.mjs'), STOP)
  await build()
}, 300_000)
afterAll(() => rmSync(place, { recursive: true }))

/** Ends a script where it has read its arguments, or hands them to a gate. */
const STOP = `
import childProcess from 'node:child_process'
import { syncBuiltinESMExports } from 'node:module'
import util from 'node:util'
const { parseArgs } = util
const { spawnSync } = childProcess
const end = (what) => {
  console.log('READ ' + JSON.stringify(what))
  process.exit(0)
}
util.parseArgs = (given) => end(parseArgs(given))
childProcess.spawnSync = (program, args, options) =>
  args?.includes('gate') ? end({ gate: args.slice(args.indexOf('gate')) }) : spawnSync(program, args, options)
syncBuiltinESMExports()
`

interface Job {
  strategy?: { matrix: Record<string, unknown[]> }
  steps: { run?: string }[]
}

/** One command of a workflow, with the values of one cell of its matrix. */
function commandsOf(file: string): string[] {
  const { jobs } = parseYaml(readFileSync(join(WORKFLOWS, file), 'utf8')) as { jobs: Record<string, Job> }
  const commands = new Set<string>()
  for (const { strategy, steps } of Object.values(jobs))
    for (const matrix of cellsOf(Object.entries(strategy?.matrix ?? {})))
      for (const event_name of ['push', 'schedule'])
        for (const { run } of steps) if (run) commands.add(filled(run, matrix, event_name))
  return [...commands]
}

function cellsOf([first, ...rest]: [string, unknown[]][]): Record<string, unknown>[] {
  if (!first) return [{}]
  const [key, values] = first
  return values.flatMap((value) => cellsOf(rest).map((cell) => ({ [key]: value, ...cell })))
}

/** These expressions mean in JavaScript what they mean to GitHub. */
function filled(text: string, matrix: Record<string, unknown>, event_name: string): string {
  const format = (pattern: string, ...values: unknown[]) =>
    pattern.replace(/\{(\d)\}/g, (_, at) => String(values[Number(at)]))
  return text.replace(/\$\{\{(.*?)\}\}/g, (_, expression) => {
    const evaluate = new Function('matrix', 'github', 'format', `return ${expression}`)
    return String(evaluate(matrix, { event_name }, format))
  })
}

/** The programs that a command starts, with their arguments. */
function started(command: string): string[][] {
  const printed = execFileSync('/bin/bash', ['--norc', '-e', '-c', command], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH: `${place}:/usr/bin:/bin`, GITHUB_REF_NAME: `v${version}` },
    encoding: 'utf8',
  })
  return printed
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as string[])
}

const node = (args: string[]) =>
  spawnSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8', timeout: 60_000 })

/** What a script has read, or the command line of the gate that it starts. */
interface Read {
  gate: string[]
  values: { only?: string }
  positionals: string[]
}
const { ON_NODES, SERVERS } = (await import(new URL('matrix/cells.mjs', import.meta.url).href)) as Record<
  'ON_NODES' | 'SERVERS',
  { name: string }[]
>
const GROUPS: Record<string, { name: string }[]> = { node: ON_NODES, postgres: SERVERS }

/** What is wrong with the arguments of a script of package.json; null: nothing. */
function scriptProblem(name: string, args: string[]): string | null {
  const script = scripts[name]?.split(' ') ?? []
  if (script[0] !== 'node' || !script[1]) return `no npm script ${name} that runs a file`
  const file = join(ROOT, script[1]!)
  if (!/parseArgs|process\.argv|matrix\/main/.test(readFileSync(file, 'utf8')))
    return args.length ? `${name} takes no argument` : null
  if (name === 'docs:site') return args.length ? 'docs:site is run with a flag' : null
  if (name === 'release')
    return args.length === 2 && args[0] === `v${version}` ? null : 'not a tag and a folder'
  const { status, stdout, stderr } = node([
    '--import',
    pathToFileURL(join(place, 'stop.mjs')).href,
    file,
    ...script.slice(2),
    ...args,
  ])
  const read = /^READ (.*)$/m.exec(stdout)?.[1]
  if (status !== 0 || !read) return `${status}: ${stderr.slice(0, 500)}`
  const { gate, values, positionals } = JSON.parse(read) as Partial<Read>
  if (gate) return gateProblem(gate)
  if (name !== 'matrix') return null
  const cells = positionals!.flatMap((group) => GROUPS[group] ?? [])
  return cells.some((cell) => cell.name.includes(values!.only!)) ? null : `no cell ${args.join(' ')}`
}

/** The gate is given a folder without a configuration, and says so after it has read its arguments. */
function gateProblem(args: string[]): string | null {
  const elsewhere = args.map((one, at) => (args[at - 1] === '--config' ? place : one))
  const { stderr } = node([join(ROOT, 'dist', 'cli', 'main.js'), ...elsewhere])
  return /usertwo\.config/.test(stderr) && !/unexpected|unknown|usage/.test(stderr) ? null : stderr
}

function problemOf([program, ...args]: string[]): string | null {
  if (program === 'sudo') return problemOf(args)
  if (program === 'bash') {
    if (!existsSync(join(ROOT, args[0]!))) return `${args[0]} is missing`
    return spawnSync('/bin/bash', ['-n', args[0]!], { cwd: ROOT }).status === 0 ? null : 'not a script'
  }
  if (program === 'npx') {
    const cli = join(ROOT, 'node_modules', args[0]!, 'cli.js')
    const { stdout } = node([cli, args[1]!, '--help'])
    const unknown = args.slice(2).filter((one) => one.startsWith('-') && !stdout.includes(`${one} `))
    return unknown.length ? `${args[1]} has no ${unknown}` : null
  }
  if (program === 'npm') {
    const [verb, ...rest] = args
    if (verb === 'ci') return rest.length ? 'npm ci gets an argument' : null
    if (verb === 'install' || verb === 'publish') return null
    const name = verb === 'run' ? rest.shift()! : verb!
    if (rest.length && rest.shift() !== '--') return `npm itself gets ${args.join(' ')}`
    return scriptProblem(name, rest)
  }
  return program === 'gh' ? null : `${program}?`
}

describe.each(readdirSync(WORKFLOWS))('%s', (file) => {
  test.each(commandsOf(file))('runs a command that exists, with arguments it takes: %s', (command) => {
    const programs = started(command)
    expect(programs.length).toBeGreaterThan(0)
    expect(programs.map(problemOf)).toEqual(programs.map(() => null))
  })
})

test.each([
  ['npm run gates -- comic-pile -- --prove', /unexpected argument/],
  ['npm run gates -- comic-pile --proof', /--proof/],
  ['npm test -- --nodes 22', /--nodes/],
  ['npm run test:all -- --quarters 1', /--quarters/],
  ['npm run matrix -- --onyl 1', /--onyl/],
  ["npm run matrix -- postgres --only 'PostgreSQL 12'", /no cell/],
  ['npm run coverages', /no npm script/],
  ['npm run coverage -- --all', /takes no argument/],
  ['bash .ci/runs', /is missing/],
  ['npx playwright install --with-dependencies chromium', /with-dependencies/],
])('finds what is wrong with %s', (command, problem) => {
  expect(started(command).map(problemOf).join()).toMatch(problem)
})
