// docs/cli.md, generated from the declarations of the commands (cli/declared).

const cell = (text) => String(text).replaceAll('|', '\\|')

/** In how many commands an option has to say the same to be explained once, above them. */
const SHARED = 9

/**
 * Returns docs/cli.md: a heading for each command, a row for each option.
 * @param help the functions of cli/help.ts
 */
export function cliPage(commands, groups, help) {
  const rows = commands.flatMap(({ options }) => rowsOf(options, help).map(({ row }) => row))
  const shared = [...new Set(rows)].filter((row) => rows.filter((one) => one === row).length >= SHARED)
  const sections = Object.entries(groups).flatMap(([group, title]) => [
    `## ${title}`,
    ...commands.filter((one) => one.group === group).map((one) => command(one, help, shared)),
  ])
  const list = Object.entries(groups).map(([group, title]) => {
    const links = commands
      .filter((one) => one.group === group)
      .map(({ name }) => `[\`${name}\`](#usertwo-${name})`)
    return `- ${title}: ${links.join(', ')}`
  })
  return `# Command line

<!-- Written by \`npm run docs\` from cli/declared. -->

For everyone who uses \`npx usertwo\`: every command with its options, as \`usertwo COMMAND --help\` explains them.

${list.join('\n')}

\`usertwo --help\` (\`-h\`) lists the commands, \`usertwo --version\` (\`-v\`) prints the version.

Exit codes: 0 done, or GO; 1 NO-GO, or something is missing; 2 could not tell, or stopped by an error; 64 the command line was not
understood; 130 interrupted. An error that you can fix is printed without a stack trace. \`LOG_LEVEL=debug\` prints the stack trace too.

## Shared options

Many commands take these options:

| option | what it does | example |
|---|---|---|
${shared.join('\n')}

${sections.join('\n\n')}
`
}

/** Returns the options, each as it is typed and as the row of a table. */
function rowsOf(options, { optionUsage, explained, exampleOf }) {
  return Object.entries(options).map(([option, one]) => {
    const usage = cell(`\`${optionUsage(option, one)}\``)
    const example = exampleOf(option, one)
    return {
      usage,
      row: `| ${usage} | ${cell(explained(one))} | ${example === null ? '' : `\`${cell(example)}\``} |`,
    }
  })
}

function command(declaration, help, shared) {
  const { usageOf, argumentsOf, sentence } = help
  const { name, about, details, actions, arguments: given = [], behind, options, examples } = declaration
  const usages = actions ? Object.keys(actions) : [undefined]
  const words = [...given, ...(behind ? [behind] : []), ...argumentsOf(declaration)]
  const of = rowsOf(options, help)
  const named = of.filter(({ row }) => shared.includes(row)).map(({ usage }) => usage)
  const rows = [
    ...words.map((one) => `| ${cell(`\`${one.name}\``)} | ${cell(sentence(one.about))} |  |`),
    ...of.filter(({ row }) => !shared.includes(row)).map(({ row }) => row),
    ...(named.length ? [`| ${named.join(', ')} | [Shared](#shared-options). |  |`] : []),
  ]
  const does = Object.entries(actions ?? {}).map(
    ([action, one]) => `- \`${name} ${action}\`: ${sentence(one.about)}`,
  )
  return [
    `### usertwo ${name}`,
    `${about}.${details ? ` ${details}` : ''}`,
    `\`\`\`\n${usages.map((action) => `usertwo ${usageOf(declaration, action)}`).join('\n')}\n\`\`\``,
    ...(does.length ? [does.join('\n')] : []),
    `| argument or option | what it does | example |\n|---|---|---|\n${rows.join('\n')}`,
    `\`\`\`sh\n${examples.map((line) => `npx usertwo ${line}`).join('\n')}\n\`\`\``,
  ].join('\n\n')
}
