import { paint } from '../../proof/gate/report/terminal.js'
import { variableOf } from '../../src/config/settings.js'
import { comparePublicAddress } from '../public-address.js'
import { lookAtDatabase } from './database.js'
import { assumedHops, lookAtDeployment } from './deployment.js'
import { type Diagnosis, look } from './diagnosis.js'
import { lookAtMachine } from './machine.js'
import { lookAtPackages } from './packages.js'

export interface Patient {
  /** of the app */
  folder: string
  /** as it connects; null: none is named */
  database: string | null
  dial: number
  /** of a deployment */
  url?: string
  /** of the configuration */
  prefix?: string
  pages?: string
}

/** Looks at everything. Nothing is changed, and nothing of the app is run. */
export async function diagnose({
  folder,
  database,
  dial,
  url,
  prefix,
  pages,
}: Patient): Promise<Diagnosis[]> {
  return [
    ...lookAtPackages(folder),
    ...(database
      ? await lookAtDatabase(database, dial)
      : [
          look(
            'database',
            'no database is named, so none was checked',
            'set DATABASE_URL, or use --database postgres://…',
          ),
        ]),
    ...(url
      ? await lookAtDeployment(url, pages && `${pages}/login`)
      : [assumedHops(variableOf(process.env, prefix, 'TRUST_PROXY'))]),
    ...comparePublicAddress(process.env, prefix, url).map((found) => ({ about: 'public address', ...found })),
    ...(await lookAtMachine()),
  ]
}

const MARKS = {
  ok: ['green', '✓'],
  look: ['yellow', '○'],
  wrong: ['red', '✗'],
  unknown: ['yellow', '?'],
} as const

/** As a table for a terminal. */
export function diagnosisLines(found: readonly Diagnosis[]): string[] {
  const width = Math.max(...found.map(({ about }) => about.length))
  return found.flatMap(({ about, state, found: what, fix }) => {
    const [style, mark] = MARKS[state]
    const line = `${paint(style, mark)} ${about.padEnd(width)}  ${what}`
    return fix ? [line, `  ${' '.repeat(width)}  → ${fix}`] : [line]
  })
}
