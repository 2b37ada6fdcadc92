import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from '../../src/config/config.js'
import { type PackageManifest, readPackageManifest } from '../init/reading/manifest.js'

/** What a recipe needs to know of an app. */
export interface AppFacts {
  /** as platforms take it: lower-case letters, digits and hyphens */
  name: string
  /** major of Node, from .nvmrc, .node-version or `engines`; default: 22 */
  node: number
  packages: Installing
  /** the script that builds it; null: it has none */
  build: string | null
  /** the words that start it, with programs of packages by their path */
  start: string[]
  /** whether the start, the configuration or a migration needs a package of devDependencies */
  keepsDev: boolean
  /** the app's own migrations, which a recipe does not run by itself; null: it has none */
  tables: string[] | null
  health: string
  /** it has the packages with which processes share their rate limits in Redis */
  redis: boolean
  /** of the variables that the app reads */
  prefix: string
}

/** How its packages are installed. */
export interface Installing {
  lockfile: string | null
  install: string
  /** takes out what only development needs */
  prune: string
}

const INSTALLING: readonly [lockfile: string, commands: Omit<Installing, 'lockfile'>][] = [
  [
    'pnpm-lock.yaml',
    { install: 'corepack enable && pnpm install --frozen-lockfile', prune: 'pnpm prune --prod' },
  ],
  [
    'yarn.lock',
    {
      install: 'corepack enable && yarn install --frozen-lockfile',
      prune: 'yarn install --frozen-lockfile --production --ignore-scripts',
    },
  ],
  ['package-lock.json', { install: 'npm ci', prune: 'npm prune --omit=dev' }],
  ['npm-shrinkwrap.json', { install: 'npm ci', prune: 'npm prune --omit=dev' }],
]
const UNLOCKED = { lockfile: null, install: 'npm install', prune: 'npm prune --omit=dev' }
const NODE = 22

/** Reads the app as it is; runs nothing. */
export function appFacts(folder: string, name: string, { app, prefix = '' }: Config): AppFacts {
  const manifest = readPackageManifest(folder)
  const start = asInstalled(app.start)
  const tables = app.migrate ? asInstalled(app.migrate) : null
  return {
    name:
      name
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, '-')
        .replace(/^-+|-+$/g, '') || 'app',
    node: nodeOf(folder, manifest),
    packages: installing(folder),
    build: manifest.scripts.build ? 'npm run build' : null,
    start,
    keepsDev: needsDev(folder, manifest, [start, tables ?? []].flat()),
    tables,
    health: app.health,
    redis: ['ioredis', 'rate-limit-redis'].every((name) => name in manifest.dependencies),
    prefix,
  }
}

/** By its lockfile. */
export function installing(folder: string): Installing {
  const found = INSTALLING.find(([lockfile]) => existsSync(join(folder, lockfile)))
  return found ? { lockfile: found[0], ...found[1] } : UNLOCKED
}

/**
 * `npx tsx a.ts` → `node_modules/.bin/tsx a.ts`: without npm in between, signals reach the process. `usertwo run -- npx …` too: an
 * image has no PATH to packages.
 */
function asInstalled(command: readonly string[]): string[] {
  const [program, name] = command
  if (program === 'npx' && name !== undefined)
    return asInstalled([`node_modules/.bin/${name}`, ...command.slice(2)])
  if (program === 'usertwo') return asInstalled(['node_modules/.bin/usertwo', ...command.slice(1)])
  const behind = program === 'node_modules/.bin/usertwo' ? command.indexOf('--') + 1 : 0
  return behind === 0 ? [...command] : [...command.slice(0, behind), ...asInstalled(command.slice(behind))]
}

/** Whether a program's package is among devDependencies; a configuration in TypeScript is read by tsx. */
function needsDev(folder: string, { text }: PackageManifest, words: readonly string[]): boolean {
  const { devDependencies = {} } = JSON.parse(text) as { devDependencies?: Record<string, string> }
  const programs = words.map((word) => word.replace(/^node_modules\/\.bin\//, '').replace(/-esm$/, ''))
  if (existsSync(join(folder, 'usertwo.config.ts'))) programs.push('tsx')
  return programs.some((name) => name in devDependencies)
}

/** As .nvmrc, .node-version or `engines` of its package.json say. */
export function nodeOf(folder: string, { text }: Pick<PackageManifest, 'text'>): number {
  const { engines } = JSON.parse(text) as { engines?: { node?: string } }
  const written = ['.nvmrc', '.node-version']
    .map((name) => join(folder, name))
    .find((file) => existsSync(file))
  const said = (written ? readFileSync(written, 'utf8') : engines?.node) ?? ''
  const major = Number(/\d+/.exec(said)?.[0])
  return major >= 20 ? major : NODE
}
