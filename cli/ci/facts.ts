import { existsSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { SARIF } from '../../proof/gate/app/scratch.js'
import { usesRedis } from '../../proof/redis/throw-away-redis.js'
import { workspaceOf } from '../../reading/app/workspace-root.js'
import type { ConfigInput } from '../../src/config/config.js'
import { phases } from '../../src/phases/index.js'
import type { PhaseNumber } from '../../src/phases/phase.js'
import { type Installing, installing, nodeOf } from '../deploy/app-facts.js'
import { readPackageManifest } from '../init/reading/manifest.js'

/** What a pipeline needs to know of an app. */
export interface PipelineFacts {
  node: number
  packages: Installing
  /** where its folder is, from the root of the repository; empty: it is that */
  place: string
  /** it has pages, which a gate opens in a browser */
  pages: boolean
  /** gates start a redis-server for it */
  redis: boolean
}

export function pipelineFacts(folder: string, config: Pick<ConfigInput, 'app' | 'spa'>): PipelineFacts {
  const { text } = existsSync(join(folder, 'package.json')) ? readPackageManifest(folder) : { text: '{}' }
  return {
    node: nodeOf(folder, { text }),
    packages: installing(workspaceOf(folder)?.root ?? folder),
    place: relative(ciRoot(folder), folder).split(sep).join('/'),
    pages: config.spa !== false,
    redis: usesRedis(config),
  }
}

/** Where a CI server looks for its file. */
export function ciRoot(folder: string): string {
  for (let at = folder; at !== dirname(at); at = dirname(at)) if (existsSync(join(at, '.git'))) return at
  return workspaceOf(folder)?.root ?? folder
}

/** From the folder to the root of the repository: `../..`; empty: it is that. */
export const toRoot = ({ place }: Pick<PipelineFacts, 'place'>) => place.replace(/[^/]+/g, '..')

/** A path as the CI server has it, which begins at the root of the repository. */
export const fromRoot = ({ place }: Pick<PipelineFacts, 'place'>, file: string) =>
  place ? `${place}/${file}` : file

/** A job for each phase, with those that must be GO before it. */
export const JOBS: readonly { number: PhaseNumber; name: string; needs: readonly PhaseNumber[] }[] =
  phases.map(({ number, name, needs }) => ({ number, name, needs }))

/** By what a job of a phase is called. */
export const jobOf = (number: PhaseNumber) => `phase-${number}`

/**
 * Installs the packages, the browser that gates open pages in, and the redis-server that they start.
 *
 * @param by runs a command as root
 */
export const preparing = ({ packages, pages, redis }: PipelineFacts, by = ''): string[] => [
  packages.install,
  ...(pages ? ['npx playwright install --with-deps chromium'] : []),
  ...(redis ? [`${by}apt-get update`, `${by}apt-get install --yes redis-server`] : []),
]

/** All packages of the repository are read, whichever the gates run in. */
export const scanning = (facts: Pick<PipelineFacts, 'place'>) =>
  ['npx usertwo scan', toRoot(facts), `--sarif > ${SARIF}`].filter(Boolean).join(' ')
