import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { phases } from '../../src/phases/index.js'
import type { PhaseNumber } from '../../src/phases/phase.js'
import { type Installing, installing, nodeOf } from '../deploy/app-facts.js'
import { readPackageManifest } from '../init/reading/manifest.js'

/** What a pipeline needs to know of an app. */
export interface PipelineFacts {
  node: number
  packages: Installing
  /** it has pages, which a gate opens in a browser */
  pages: boolean
}

export function pipelineFacts(folder: string, pages: boolean): PipelineFacts {
  const { text } = existsSync(join(folder, 'package.json')) ? readPackageManifest(folder) : { text: '{}' }
  return { node: nodeOf(folder, { text }), packages: installing(folder), pages }
}

/** A job for each phase, with those that must be GO before it. */
export const JOBS: readonly { number: PhaseNumber; name: string; needs: readonly PhaseNumber[] }[] =
  phases.map(({ number, name, needs }) => ({ number, name, needs }))

/** By what a job of a phase is called. */
export const jobOf = (number: PhaseNumber) => `phase-${number}`

/** The folder that a pipeline keeps of each gate: JUnit, Markdown and the page with all evidence. */
export const RESULTS = 'usertwo-gate'

/** Installs the packages, and the browser that gates open pages in. */
export const preparing = ({ packages, pages }: PipelineFacts): string[] => [
  packages.install,
  ...(pages ? ['npx playwright install --with-deps chromium'] : []),
]

export const SCAN = 'npx usertwo scan --sarif > usertwo.sarif'
