import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from '../../../src/config/config.js'
import { variables } from '../../../src/config/variables.js'
import { ownVersion, PACKAGE_ROOT } from '../../../src/core/own-package.js'
import { withClient } from '../../../src/database/with-client.js'
import { appSchema } from '../../../src/phases/6-isolation/start/fingerprint.js'
import { fingerprint } from '../../../src/record/fingerprints.js'
import { findBinaries } from '../../postgres/embedded/binaries.js'
import { browserOptions } from '../app/browser.js'
import { topOf } from '../app/scratch.js'
import { INHERITED } from '../app/surroundings.js'
import type { Project } from '../project.js'
import { holdsOn } from '../run/verdict.js'
import { assertNoLinkOut, contentPrint, packageFolders, statPrint } from './file-prints.js'

/**
 * What the gate of a phase reads, each input as a fingerprint. Null: it could not be read, and counts as
 * changed.
 */
export type Inputs = Readonly<Record<InputName, string | null>>
export type InputName = keyof typeof INPUTS

/** The inputs, as `npm start` prints them. */
export const INPUTS = {
  app: 'the app’s files',
  configuration: 'the configuration',
  waivers: 'the waivers that are valid today',
  schema: 'the schema',
  toolkit: 'the code of usertwo',
  packages: 'the installed packages',
  versions: 'the version of usertwo, Node, PostgreSQL or the browser',
  environment: 'the environment',
} as const

/** The folder of the compiled trees, or of the sources when a test runs them. */
const TREES = join(import.meta.dirname, '..', '..', '..')

/** Only in usertwo's own repository: what `npm start` runs. */
const LAB = ['lab/dev']

/**
 * Reads the inputs of all gates.
 *
 * @param url the served database; null: without one, as gates build the schema by the app's own files
 * @returns the inputs of a phase: the checks of a later phase are not among them
 */
export async function readInputs(
  project: Pick<Project, 'folder' | 'config'>,
  url: string | null,
): Promise<(phase: number) => Inputs> {
  const { folder, config } = project
  const toolkit = tried(() => toolkitPrint(TREES))
  const own = url === null ? loadable(folder) : null
  const used = own && tried(() => statPrint([join(PACKAGE_ROOT, 'node_modules')]))
  const all = {
    app: own ? own.app : tried(() => contentPrint(folder)),
    configuration: fingerprint(JSON.stringify(config)),
    waivers: waiversPrint(config),
    schema: url === null ? 'built by the app’s files' : await tried(() => schemaPrint(url)),
    packages: own
      ? own.packages && used && fingerprint(own.packages + used)
      : tried(() => statPrint([folder, PACKAGE_ROOT].map((one) => join(one, 'node_modules')))),
    versions: await tried(versionsNow),
    environment: environmentPrint(config),
  }
  return (phase) => ({ ...all, toolkit: toolkit?.(phase) ?? null })
}

/**
 * Fingerprints what an app may load: the files and the packages of all workspaces of its repository. Null: a link
 * leads to neither a workspace nor usertwo, so that a change behind it would not be noticed.
 */
export function loadable(folder: string): Pick<Inputs, 'app' | 'packages'> {
  const top = topOf(realpathSync(folder))
  return {
    app: tried(() => contentPrint(top)),
    packages: tried(() => {
      const packages = packageFolders(top)
      assertNoLinkOut(packages, [top, PACKAGE_ROOT])
      return statPrint(packages)
    }),
  }
}

/**
 * Fingerprints the code that a gate runs. Checks import from checks of earlier phases, never of later ones.
 *
 * @param trees the folder of `src`, `reading` and `proof`, and of `lab` where it is
 */
export function toolkitPrint(trees: string): (phase: number) => string {
  const common = [
    ...['src', 'reading', 'proof', ...LAB.filter((tree) => existsSync(join(trees, tree)))].map((tree) =>
      contentPrint(join(trees, tree), (path) => isCode(path) && !path.startsWith('checks/')),
    ),
    contentPrint(join(PACKAGE_ROOT, 'migrations')),
  ]
  const checks = join(trees, 'proof/checks')
  const byFolder = readdirSync(checks)
    .sort()
    .map((name) => ({
      number: Number.parseInt(name, 10),
      print: `${name} ${contentPrint(join(checks, name), isCode)}`,
    }))
  return (phase) => {
    // A folder without a number belongs to every phase.
    const own = byFolder.filter(({ number }) => !(number > phase))
    return fingerprint([...common, ...own.map(({ print }) => print)].join())
  }
}

const isCode = (path: string) => /\.[jt]s$/.test(path) && !/\.(?:d|test)\.ts$/.test(path)

/** Fingerprints the waivers that are valid on a day. @param today `YYYY-MM-DD` */
export function waiversPrint(
  { waivers }: Pick<Config, 'waivers'>,
  today = new Date().toISOString().slice(0, 10),
): string {
  return fingerprint(JSON.stringify(waivers.filter(holdsOn(today))))
}

async function schemaPrint(url: string): Promise<string> {
  const prints = await withClient(url, 'start', appSchema)
  return fingerprint(JSON.stringify(Object.entries(prints).sort()))
}

async function versionsNow(): Promise<string> {
  const [{ root, version }, { executablePath }] = await Promise.all([findBinaries(), browserOptions()])
  const facts = executablePath && statSync(executablePath)
  const browser = facts ? `${executablePath} ${facts.size} ${facts.mtimeMs}` : 'none'
  return [
    `usertwo ${ownVersion()}`,
    `Node ${process.versions.node} ${process.platform} ${process.arch}`,
    `PostgreSQL ${version} ${root}`,
    `browser ${browser}`,
  ].join(', ')
}

/** Variables that `npm start` sets for the served app, and that no gate reads. */
const OF_THE_START = new Set([
  'PORT',
  'DATABASE_URL',
  'JWT_SECRET',
  'USERTWO_CLAIM_CODE',
  'USERTWO_DATA',
  'USERTWO_PHASE',
])
const OF_PROGRAMS = [
  'NODE_ENV',
  'NODE_OPTIONS',
  'NODE_EXTRA_CA_CERTS',
  'CHROMIUM_PATH',
  'PLAYWRIGHT_BROWSERS_PATH',
  'CI',
]

/** Fingerprints the variables that a gate reads itself or passes to the app. */
export function environmentPrint(
  { prefix = '', app }: Pick<Config, 'prefix' | 'app'>,
  env: NodeJS.ProcessEnv = process.env,
): string {
  const own = Object.keys(variables).filter((name) => !OF_THE_START.has(name))
  const inHeaders = Object.values(app.headers ?? {}).flatMap((value) => value.match(/\w+/g) ?? [])
  const names = new Set([
    ...INHERITED,
    ...OF_PROGRAMS,
    ...own,
    ...own.map((name) => prefix + name),
    ...inHeaders,
  ])
  const given = [...names].sort().map((name) => [name, env[name] ?? null])
  return fingerprint(JSON.stringify(given))
}

/** Returns null if reading fails. */
function tried<What>(read: () => Promise<What>): Promise<What | null>
function tried<What>(read: () => What): What | null
function tried<What>(read: () => What | Promise<What>): What | null | Promise<What | null> {
  try {
    const made = read()
    return made instanceof Promise ? made.catch(() => null) : made
  } catch {
    return null
  }
}
