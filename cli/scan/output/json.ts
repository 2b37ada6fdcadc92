import { kindFor } from '../kinds.js'
import type { ScanOutput } from './report.js'

/** The document of `scan --json`: stable, for machines. */
export const scanJson: ScanOutput = {
  name: 'json',
  render: ({ facts, tables, logins, routes, findings, left, next }) => {
    const document = {
      facts,
      tables: tables.map(({ references, ...table }) => ({
        ...table,
        references: Object.fromEntries(references),
      })),
      logins,
      routes,
      findings: findings.map((one) => {
        const { level, gain, phase, fix } = kindFor(one.kind, facts)
        return { ...one, level, gain, phase, cure: fix }
      }),
      left,
      next,
    }
    return `${JSON.stringify(document, null, 2)}\n`
  },
}
