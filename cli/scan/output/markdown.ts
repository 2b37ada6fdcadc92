import { code, inline } from '../../../proof/gate/report/markdown.js'
import { visible } from '../../../proof/gate/report/visible.js'
import { chapters, databaseLine, factLines, type Group, openLines, type ScanOutput } from './report.js'

/** Markdown for an issue, a pull request or a job summary. */
export const scanMarkdown: ScanOutput = {
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
