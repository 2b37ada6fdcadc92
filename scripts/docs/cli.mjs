// docs/cli.md, generated from the declarations of the commands (cli/declared).

const cell = (text) => String(text).replaceAll('|', '\\|')

/**
 * Returns docs/cli.md: a heading for each command, a row for each option.
 * @param help the functions of cli/help.ts
 */
export function cliPage(commands, groups, help) {
  const sections = Object.entries(groups).flatMap(([group, title]) => [
    `## ${title}`,
    ...commands.filter((one) => one.group === group).map((one) => command(one, help)),
  ])
  const list = commands.map(({ name, about }) => `| [\`${name}\`](#usertwo-${name}) | ${about} |`)
  return `# Command line

<!-- Written by \`npm run docs\` from cli/declared. -->

For everyone who uses \`npx usertwo\`: every command with its options, as \`usertwo COMMAND --help\` explains them.

| command | what it is for |
|---|---|
${list.join('\n')}

\`usertwo --help\` (\`-h\`) lists the commands, \`usertwo --version\` (\`-v\`) prints the version. \`usertwo check\` is a former name of
\`usertwo scan\`.

Exit codes: 0 done, or GO; 1 NO-GO, or something is missing; 2 could not tell, or stopped by an error; 64 the command line was not
understood; 130 interrupted. An error that you can fix is printed without a stack trace. \`LOG_LEVEL=debug\` prints the stack trace too.

${sections.join('\n\n')}
`
}

function command(declaration, { usageOf, optionUsage, explained, exampleOf, argumentsOf, sentence }) {
  const { name, about, details, actions, arguments: given = [], behind, options, examples } = declaration
  const usages = actions ? Object.keys(actions) : [undefined]
  const words = [...given, ...(behind ? [behind] : []), ...argumentsOf(declaration)]
  const rows = [
    ...words.map((one) => `| ${cell(`\`${one.name}\``)} | ${cell(sentence(one.about))} |  |`),
    ...Object.entries(options).map(([option, one]) => {
      const example = exampleOf(option, one)
      return `| ${cell(`\`${optionUsage(option, one)}\``)} | ${cell(explained(one))} | ${example === null ? '' : `\`${cell(example)}\``} |`
    }),
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
