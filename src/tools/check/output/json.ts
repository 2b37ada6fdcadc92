import { KINDS } from '../kinds.js'
import type { Report } from './report.js'

/** The document of `check --json`: stable, for machines. */
export function jsonReport({ facts, tables, routes, findings, left, next }: Report): object {
  return {
    facts,
    tables: tables.map(({ references, ...table }) => ({
      ...table,
      references: Object.fromEntries(references),
    })),
    routes: routes.map(({ method, path, at }) => ({ method, path, at })),
    findings: findings.map((one) => {
      const { level, gain, phase, cure } = KINDS[one.kind]
      return { ...one, level, gain, phase, cure }
    }),
    left,
    next,
  }
}
