import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parse } from '@babel/parser'
import { ROOT } from '../prepare/step.mjs'

// docs/reference/api.md, from the docblocks of what the entry points export.

const ENTRIES = [
  ['usertwo', 'src/index.ts', 'In the app and its workers.'],
  ['usertwo/client', 'src/client/index.ts', 'In pages: [use the browser client](../how-to/client.md).'],
  [
    'usertwo/testing',
    'proof/testing/index.ts',
    'In tests: [test as two users](../how-to/test-as-two-users.md).',
  ],
]

const treeOf = (file) => {
  const source = readFileSync(join(ROOT, file), 'utf8')
  return { source, body: parse(source, { sourceType: 'module', plugins: ['typescript'] }).program.body }
}

/** Returns the text of a docblock without its stars. */
const textOf = (comment) =>
  comment.value
    .replace(/^\*/, '')
    .split('\n')
    .map((line) => line.replace(/^\s*\* ?/, '').trimEnd())
    .join('\n')
    .trim()

/** Returns a docblock as Markdown: the sentences, then its tags, then its examples. */
function markdown(text) {
  const [about, ...tags] = text.split(/\n(?=@)|^(?=@)/)
  const said = tags.map((tag) => /^@(\w+)\s*([\s\S]*)$/.exec(tag).slice(1))
  const example = ([name, body]) =>
    name === 'example' && `\`\`\`ts\n${body.replace(/^```\w*\n|\n?```$/g, '')}\n\`\`\``
  const line = ([name, body]) => {
    const words = body.replace(/\s*\n\s*/g, ' ')
    const [, of, rest] = /^([\w.[\]]+)\s+(?:-\s+)?([\s\S]*)$/.exec(words) ?? []
    return name === 'param' && of ? `- \`${of}\`: ${rest}` : `- ${name}: ${words}`
  }
  const lines = said.filter(([name]) => !['example', 'internal'].includes(name)).map(line)
  return [about.replace(/\{@link (\w+)\}/g, '`$1`').trim(), lines.join('\n'), ...said.map(example)]
    .filter(Boolean)
    .join('\n\n')
}

/** Returns the declaration without its body: a function up to its body, a class up to its members. */
function signatureOf(source, node) {
  const one = node.declarations?.[0].init
  const end = one ? (one.body?.start ?? one.start) : node.body?.start
  const shown = ['FunctionDeclaration', 'ClassDeclaration', 'VariableDeclaration'].includes(node.type)
  return source
    .slice(node.start, shown && end ? end : node.end)
    .replace(/\s*(?:=>|=)?\s*\(?$/, '')
    .replace(/^async /, '')
    .trim()
}

/** Finds the declaration of a name, also through re-exports. */
function find(file, name) {
  const { source, body } = treeOf(file)
  const declared = body.filter(({ type, declaration }) => {
    if (type !== 'ExportNamedDeclaration' || !declaration) return false
    const names = declaration.declarations?.map(({ id }) => id.name) ?? [declaration.id.name]
    return names.includes(name)
  })
  if (declared.length > 0) {
    const blocks = declared.flatMap((node) =>
      (node.leadingComments ?? []).filter(({ value }) => value.startsWith('*')),
    )
    const overloads = declared.filter(({ declaration }) => declaration.type === 'TSDeclareFunction')
    const shown = overloads.length > 0 ? overloads : declared
    return {
      kind: declared[0].declaration.type,
      about: blocks.length > 0 ? textOf(blocks.at(-1)) : '',
      signature: shown.map(({ declaration }) => signatureOf(source, declaration)).join('\n'),
    }
  }
  // Re-exported by `export … from`, or imported and exported again.
  for (const { specifiers = [], source: from } of body) {
    const one = from && specifiers.find(({ exported, local }) => (exported ?? local)?.name === name)
    if (one)
      return find(
        join(dirname(file), from.value.replace(/\.js$/, '.ts')),
        one.type === 'ImportSpecifier' ? one.imported.name : one.local.name,
      )
  }
  throw new Error(`${file} does not declare ${name}`)
}

/** Returns every name that a file exports. */
const exportedBy = (file) =>
  treeOf(file).body.flatMap(({ type, specifiers = [], declaration }) => {
    if (type !== 'ExportNamedDeclaration') return []
    if (declaration) return declaration.declarations?.map(({ id }) => id.name) ?? [declaration.id.name]
    return specifiers.map(({ exported }) => exported.name)
  })

/** Returns docs/reference/api.md. @throws when a function or class has no docblock */
export function api() {
  const without = []
  const parts = ENTRIES.map(([entry, file, about]) => {
    const found = [...new Set(exportedBy(file))]
      .sort((a, b) => a.localeCompare(b))
      .map((name) => {
        const one = find(file, name)
        const type = one.kind.startsWith('TSInterface') || one.kind.startsWith('TSType')
        if (!type && !one.about) without.push(`${file}: ${name}`)
        return { name, type, ...one }
      })
    const section = ({ name, about: text, signature }) =>
      [`### ${name}`, markdown(text), `\`\`\`ts\n${signature}\n\`\`\``].filter(Boolean).join('\n\n')
    const values = found.filter(({ type }) => !type)
    const types = found.filter(({ type }) => type)
    return [
      `## ${entry}\n\n${about}`,
      ...values.map(section),
      types.length > 0 && `Types: ${types.map(({ name }) => `\`${name}\``).join(', ')}.`,
    ]
      .filter(Boolean)
      .join('\n\n')
  })
  if (without.length > 0) throw new Error(`no docblock: ${without.join('; ')}`)
  return `# API

<!-- Written by \`npm run docs\` from the docblocks of what is exported. -->

For developers of an app: every function and class that the package exports.

${parts.join('\n\n')}
`
}
