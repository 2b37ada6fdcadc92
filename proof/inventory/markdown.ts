import { erDiagram, ownerInWords } from '../../reading/schema/diagram.js'
import { code, inline } from '../gate/report/markdown.js'
import type { Inventory } from './inventory.js'

/** Renders an inventory as a page: routes, tables with a Mermaid ER diagram, pages, calls, hot spots. */
export function inventoryMarkdown(app: string, found: Inventory): string {
  const { routes, mounts, tables, pages, clientCalls, hotSpots, unread } = found
  return [
    `# Inventory of ${inline(app)}`,
    ...table(
      `${routes.length} routes`,
      ['route', 'answers', 'at'],
      routes,
      ({ method, path, answers, at }) => [code(`${method} ${path}`), answers.join(', '), code(at)],
    ),
    ...table('Mounted handlers that are not routes', ['address', 'what', 'at'], mounts, (one) => [
      code(one.path),
      one.folder === null ? 'a function that takes every request' : `the files of ${code(one.folder)}`,
      code(one.at),
    ]),
    ...(tables.length
      ? ['', `## ${tables.length} tables`, '', '```mermaid', ...erDiagram(tables), '```']
      : []),
    ...table('Whose the rows are', ['table', 'whose', 'leads to its owner by'], tables, (one) => [
      code(one.name),
      ownerInWords(one),
      one.reaches ? code(one.reaches) : '',
    ]),
    ...table(`${pages.length} pages`, ['page', 'made by', 'at'], pages, ({ path, kind, at }) => [
      code(path),
      kind === 'spa' ? 'the browser code' : 'the server',
      at ? code(at) : 'the configuration',
    ]),
    ...table(`${clientCalls.length} calls of the pages`, ['call', 'route', 'at'], clientCalls, (one) => [
      code(`${one.method} ${one.path}`),
      one.route ? code(one.route) : '**none**',
      code(one.at),
    ]),
    ...table(`${hotSpots.length} hot spots`, ['kind', 'what', 'at'], hotSpots, ({ kind, what, at }) => [
      kind,
      inline(what),
      code(at),
    ]),
    ...table('Not read', ['file', 'why'], unread, ({ file, why }) => [code(file), inline(why)]),
    '',
  ].join('\n')
}

function table<One>(
  heading: string,
  words: string[],
  entries: readonly One[],
  cells: (one: One) => string[],
): string[] {
  if (entries.length === 0) return []
  const row = (all: string[]) => `| ${all.map((one) => one.replace(/(?<!\\)\|/g, '\\|')).join(' | ')} |`
  return [
    '',
    `## ${heading}`,
    '',
    row(words),
    row(words.map(() => '---')),
    ...entries.map((one) => row(cells(one))),
  ]
}
