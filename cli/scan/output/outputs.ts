import { code, inline } from '../../../proof/gate/report/markdown.js'
import { visible } from '../../../proof/gate/report/visible.js'
import { kindFor } from '../kinds.js'
import { chapters, databaseLine, factLines, type Group, openLines, type ScanOutput } from './report.js'
import { sarif } from './sarif.js'
import { terminal } from './terminal.js'

/** Markdown for an issue, a pull request or a job summary. */
const scanMarkdown: ScanOutput = {
  name: 'markdown',
  render: (report) =>
    [
      `# ${text(report.facts.name)}: what is in the way of a second user`,
      '',
      `Database: ${text(databaseLine(report.facts))}`,
      '',
      '| | |',
      '| --- | --- |',
      ...factLines(report).map(([word, said]) => `| ${word} | ${text(said)} |`),
      ...chapters(report).flatMap(({ heading, groups }) => ['', `## ${heading}`, ...groups.flatMap(section)]),
      ...(openLines(report).length
        ? ['', '## Open routes', '', ...openLines(report).map((line) => `- ${text(line)}`)]
        : []),
      ...(report.left.length ? ['', '## Not looked at', '', ...report.left.map(left)] : []),
      '',
      `Next: ${code(visible(report.next))}`,
      '',
    ].join('\n'),
}

const text = (said: string) => inline(visible(said))

function section({ title, id, gain, fix, findings }: Group): string[] {
  return [
    '',
    `### ${title} (\`${id}\`, ${findings.length})`,
    '',
    `${inline(gain)}${fix === null ? '' : ` **Fix:** ${inline(fix)}`}`,
    '',
    ...findings.map(({ at, what, routes = [] }) => {
      const behind = routes.map((route) => code(visible(route))).join(', ')
      return `- ${code(visible(at))} ${text(what)}${behind && `, behind ${behind}`}`
    }),
  ]
}

function left({ file, why }: { file: string; why: string }): string {
  return `- ${code(visible(file))} ${text(why)}`
}

/** The document of `scan --json`: stable, for machines. */
const scanJson: ScanOutput = {
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

/** The outputs that a switch can select; the first is the default. */
export const outputs: readonly ScanOutput[] = [terminal, scanJson, scanMarkdown, sarif]
