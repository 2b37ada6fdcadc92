import { ANSWERS, THROWN } from './meanings.mjs'

// Each page is generated from a registry of src/core, src/phases or proof/checks, and from nothing else.

const FROM = (source) => `<!-- Written by \`npm run docs\` from ${source}. -->\n`
const cell = (text) => String(text).replaceAll('|', '\\|')
const DEFAULT_NONE = ''

/** Returns the default of a variable as written in the file, or '' without a default. */
function defaultOf({ schema }) {
  const { data } = schema.safeParse(undefined)
  return data === undefined ? DEFAULT_NONE : String(data)
}

const ofApps = (variables) => Object.entries(variables).filter(([, { ofGates }]) => !ofGates)

/** Returns `.env.example`: every variable of an app, commented out, with its purpose. */
export function envExample(variables) {
  const blocks = ofApps(variables).map(([name, one]) => {
    const notes = [
      `# ${one.about}`,
      `# From phase ${one.phase}.${defaultOf(one) ? ` Default: ${defaultOf(one)}.` : ''}${one.production ? ` Production: ${one.production}.` : ''}`,
    ]
    return [...notes, `# ${name}=${/\s/.test(one.example) ? `"${one.example}"` : one.example}`].join('\n')
  })
  return `# Written by \`npm run docs\` from src/config/variables.ts. Copy what you need to .env.\n\n${blocks.join('\n\n')}\n`
}

/**
 * Returns docs/configuration.md.
 * @param options the result of `optionsOf`
 */
export function configuration(options) {
  const written = options.map(({ name, kind, standard, required, about }) => {
    const other = required ? 'required' : standard ? `\`${cell(standard)}\`` : ''
    return `| \`${name}\` | ${cell(kind)} | ${other} | ${cell(sentence(about))} |`
  })
  return `# Configuration

${FROM('src/config/config-schema.ts')}
For developers of an app: every option of \`usertwo.config.js\`, which describes the app. Variables that describe a
deployment are in [environment](reference/environment.md).

The file is \`usertwo.config.js\`, \`.mjs\`, \`.cjs\` or \`.ts\` in the app's folder. Commands find it there; \`--config\` names
another. \`defineConfig\` of \`usertwo\` types it. An option that does not exist is an error that names the nearest one. X stands
for a name of your own. Examples for each library: [adopt an app by hand](how-to/adopt-by-hand.md).

| option | kind | default | what it does |
|---|---|---|---|
${written.join('\n')}

## Patterns of routes

One grammar: \`[!][METHOD ]/path\`. A segment with a colon (\`:id\`) is any one segment; the case of letters, slashes at the
end and the names of parameters do not matter. Wildcards, encodings, \`//\` and dot segments are not allowed: any other
pattern is an error at the start. A pattern for GET holds for HEAD too.

| option | without a method | holds for | beside that |
|---|---|---|---|
| \`routes.public\` | GET and HEAD | exactly this path, byte by byte | no parameters: what is open is listed |
| \`routes.links\` | GET and HEAD | exactly this path, byte by byte | one \`:token\`, in the path or as \`?key=:token\`: opened by its secret, not by the path ([how](how-to/requests-with-a-secret.md)) |
| \`routes.hooks\` | an error | exactly this path, byte by byte | no parameters; POST, PUT or PATCH |
| \`routes.debug\`, \`routes.ops\` | every method | the path and everything below it | \`!\` takes a path out; the longest pattern counts |
| \`routes.require\` | every method | the path and everything below it | each pattern that fits counts |
| \`routes.legacy\` | every method | the route that is declared so, to the slash at the end | the pattern with fewer parameters counts |
| \`spa.routes\` | always GET and HEAD | the path | no method |

What opens something takes a path as it was sent: another spelling is not open. What closes something (debug and ops
routes, retired ones, the page guard, limits) takes it in every way that a router, proxy or framework may read it: the
absolute form, encodings (also in one another), backslashes, dot segments, slashes; it is closed if one of them is meant.
`
}

/** Returns the values of a variable that accepts one of a few words; empty for any other variable. */
function valuesOf(schema) {
  const { innerType, entries } = schema.def
  return entries ? Object.values(entries) : innerType ? valuesOf(innerType) : []
}

/** Returns docs/reference/environment.md: every variable of an app. */
export function environment(variables) {
  const rows = ofApps(variables).map(([name, one]) => {
    const standard = defaultOf(one)
    const values = valuesOf(one.schema).map((value) => `\`${value}\``)
    const said = values.length ? `${one.about} Values: ${values.join(', ')}.` : one.about
    const about = one.secret ? `${said} Secret: never printed.` : said
    return `| \`${name}\` | ${one.phase} | ${standard ? `\`${cell(standard)}\`` : ''} | ${cell(about)} | ${cell(one.production ?? '')} |`
  })
  return `# Environment

${FROM('src/config/variables.ts')}
For operators: every environment variable of an app. What describes the app itself is in [configuration](../configuration.md).

The environment is read once, at the start. Every error in it is reported together, and nothing starts. A misspelt name
that begins like one of usertwo's (\`USERTWO_\`, \`JWT_\`, \`CORS_\` …) is an error that names the right one.

| variable | from phase | default | what it does | production |
|---|---|---|---|---|
${rows.join('\n')}
`
}

/** Makes a sentence of a text: it begins with a capital letter and ends with a full stop. */
function sentence(text) {
  const started = /^[a-z]/.test(text) ? text[0].toUpperCase() + text.slice(1) : text
  return /[.:]$/.test(started) ? started : `${started}.`
}

/** An app for the page, because some defects exist once for each table of an app. */
export const ANY_APP = {
  app: { start: ['node', 'server.js'] },
  owner: { id: 1 },
  users: { table: 'users' },
  tables: { 'an owned table': { owner: 'user_id' } },
  routes: { public: ['GET /health'] },
  spa: { index: '/', routes: ['/a page'] },
}

/**
 * Returns docs/checks.md: one heading for each check.
 * @param config ANY_APP, parsed
 */
export function checks(phases, config) {
  const defects = ({ mutants }) => (typeof mutants === 'function' ? mutants(config) : mutants)
  const added = ({ additions = [] }) =>
    additions.length === 0
      ? ''
      : `- With nothing to do it passes; turned red then by: ${additions.map(({ name }) => name).join('; ')}\n`
  const sections = phases.flatMap((phase) => [
    `## Phase ${phase.number}: ${phase.name}\n\n${phase.purpose}`,
    ...phase.checks.map(
      (check) =>
        `### ${check.id}\n\n${check.title}.\n\n` +
        `- Proves: ${check.proves.join(', ')}\n` +
        `- Turned red by: ${defects(check)
          .map(({ name }) => name)
          .join('; ')}\n` +
        added(check) +
        `- When it is red: ${check.fix}`,
    ),
  ])
  const text = `# Checks

${FROM('the checks in proof/checks')}
A gate is GO when each of its checks passed. A check that found nothing to exercise, could not run, or ran out of time
is *unknown*, which counts as NO-GO; one that found that there is nothing to do in this app passes, and says why. \`usertwo gate --prove\` runs each check against the defects listed under "turned
red by", and demands red.

${sections.join('\n\n')}
`
  return text.replaceAll('..\n', '.\n')
}

/** Until when a hook stays, by what was observed; null: it needs a library, and was read from the sources. */
const UNTIL = new Map([
  [true, 'the process ends'],
  [false, '`dispose()` of the last app'],
  [null, '`dispose()` of the last app, or the process ends'],
])

/**
 * Returns docs/reference/hooks.md: what is hooked in the app's process.
 * @param found the result of `hooksOf`
 */
export function hooks(found) {
  const rows = new Map()
  for (const { of, from, versions = 'Node', why, stays } of found) {
    const until = UNTIL.get(stays)
    const rest = [from, versions, why, until].map(cell).join(' | ')
    rows.set(rest, [...(rows.get(rest) ?? []), `\`${cell(of)}\``])
  }
  return `# Hooks

${FROM('what `usertwo run`, `scope(db)` and `usertwo(app, config)` patch, and from the sources')}
Every prototype, module and stream of the app's process that is hooked, and why. All go through one function,
\`patch\` of \`core/process/patch\`: it keeps the property as it was declared, is counted where two copies of the
package are loaded, and restores the former value unless another library has patched it since. Then usertwo's stays beneath
that one, and a warning says so (\`USERTWO_HOOK_STAYS\`). \`hooks()\` of the same file lists what is hooked right now.

| hooked | from | in | why | until |
|---|---|---|---|---|
${[...rows].map(([rest, of]) => `| ${of.join(', ')} | ${rest} |`).join('\n')}

Besides, objects that belong to one request, connection or app get methods of their own, and end with it: a response
(\`writeHead\`, \`write\`, \`end\` and what sets headers), a request or upgraded socket (\`emit\`), a connection of pg
(\`emit\`, \`query\`, \`parse\`, \`bind\`), a client of a pg Pool (\`release\`), a pg Pool with listeners of \`acquire\`
(\`emit\`), and the handlers in the app's own routers.
From phase 1 a server that is given the app makes its requests and answers with the prototypes of the app's Express
(\`IncomingMessage\` and \`ServerResponse\` of \`createServer\`), unless it is configured to make others.
\`asyncHooks\` of Bluebird from 3.7 on is set, which keeps the context of each callback, where a library that the app uses returns its promises.
`
}

/**
 * Returns docs/errors.md: the errors that the toolkit sends, and those it throws. @throws when a code has no
 * text, or a text no code
 */
export function errors(problems, thrown) {
  same('answers', Object.keys(problems), Object.keys(ANSWERS))
  same('thrown errors', thrown, Object.keys(THROWN))
  const answers = Object.entries(problems).map(
    ([code, { status, title }]) => `### ${code}\n\n${status} · “${title}”\n\n${ANSWERS[code]}`,
  )
  return `# Errors

${FROM('src/core/problem.ts and src/core/scope-error.ts')}
## Answers

What usertwo refuses is \`application/problem+json\` (RFC 9457) with a stable \`code\`. What the app answers stays the
app's.

${answers.join('\n\n')}

## Thrown

A \`ScopeError\` in the app's own process: a query that was refused before it reached the database, or a library before
it was used. Its \`code\` is stable.

${thrown.map((code) => `### ${code}\n\n${THROWN[code]}`).join('\n\n')}
`
}

/**
 * Returns docs/reference/texts.md: every text of the pages, the badge and of e-mails in every language, by the name under
 * which it can be replaced.
 */
export function words({ en, de }) {
  const shown = (text) => text.replaceAll('|', '\\|').replaceAll('\n\n', ' ¶ ')
  const rows = (catalogue) =>
    Object.entries(catalogue)
      .map(([word, text]) => `| \`${word}\` | ${shown(text)} |`)
      .join('\n')
  return `# Texts

${FROM('src/phases/4-auth/words')}
For developers of an app: every text of the pages, the badge and e-mails, by the name under which
[\`auth.words\`](../how-to/languages.md#other-texts-and-colours) replaces it. ¶ is an empty line between two paragraphs of a mail.

## In English

| name | text |
|---|---|
${rows(en)}

## In German

| name | text |
|---|---|
${rows(Object.fromEntries(Object.keys(en).map((word) => [word, de[word]])))}
`
}

function same(what, codes, texts) {
  const without = codes.filter((code) => !texts.includes(code))
  const stale = texts.filter((code) => !codes.includes(code))
  if (without.length || stale.length)
    throw new Error(
      `scripts/docs/meanings.mjs, ${what}: no text for ${without.join(', ') || 'none'}; text for no code: ${stale.join(', ') || 'none'}`,
    )
}

/** Returns the codes of a TypeScript union of string literals, in the order of the source. */
export function codesOf(source, name) {
  const union = new RegExp(`export type ${name} =([^;]*?)\\n\\n`).exec(source)?.[1] ?? ''
  return [...union.matchAll(/'(\w+)'/g)].map(([, code]) => code)
}
