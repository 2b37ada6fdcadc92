// The tree of docs/: every page is in its index, and every path and link to a page leads somewhere.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { trackedFiles } from './support/tracked-files.js'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8')
const tracked = trackedFiles().filter((file) => existsSync(join(ROOT, file)))

const pages = readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
  .map((file) => `docs/${file.replaceAll('\\', '/')}`)
  .filter((file) => file.endsWith('.md'))

/** A heading as GitHub addresses it; the site is built with the same. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .trim()
    .replaceAll(' ', '-')
const withoutCode = (text: string) => text.replace(/^ *```[\s\S]*?^ *```/gm, '')
const anchors = (page: string) =>
  [...withoutCode(read(page)).matchAll(/^#+ (.*)$/gm)].map(([, heading]) => anchorOf(heading!))

/** What is wrong with a link to a file and a heading of it, or nothing. */
const dead = (file: string, anchor: string | undefined) => {
  if (!existsSync(join(ROOT, file))) return 'no such file'
  if (anchor && file.endsWith('.md') && !anchors(file).includes(anchor)) return 'no such heading'
  return undefined
}

const INDEXES = ['docs/index.md', 'docs/appendix.md']
const linkedFrom = (index: string) =>
  [...read(index).matchAll(/\]\(([\w/-]+\.md)\)/g)].map(([, file]) => `docs/${file}`)

test('docs/index.md links every page except those of docs/appendix.md, in the four parts', () => {
  const linked = INDEXES.flatMap(linkedFrom)
  expect([...new Set(linked)].sort()).toEqual(pages.filter((file) => !INDEXES.includes(file)).sort())
  const parts = [...read('docs/index.md').matchAll(/^## (.*)$/gm)].map(([, part]) => part)
  expect(parts).toEqual(['Start', 'How to', 'Reference', 'Explanation'])
})

test('every page has one title and says in its first paragraph who it is for', () => {
  const odd = pages.filter((page) => !/^# .+\n\n(?:<!--.*-->\n\n)?(?!#|\||```|- )\S/.test(read(page)))
  expect(odd).toEqual([])
  expect(pages.filter((page) => withoutCode(read(page)).match(/^# /gm)?.length !== 1)).toEqual([])
})

test('no relative link between pages is dead, nor its anchor', () => {
  const found = [...pages, ...tracked.filter((file) => /^[A-Z]+\.md$/.test(file))].flatMap((page) =>
    [...withoutCode(read(page)).matchAll(/\]\((?![a-z]+:)([^)#\s]*)(?:#([^)\s]*))?\)/g)].flatMap(
      ([link, file, anchor]) => {
        const why = dead(file ? normalize(join(dirname(page), file)) : page, anchor)
        return why ? [`${page} ${link}: ${why}`] : []
      },
    ),
  )
  expect(found).toEqual([])
})

test('no path to a page in the sources or the pages of the root is dead', () => {
  const sources = tracked.filter(
    (file) => /\.(?:ts|js|mjs|jsx|md)$/.test(file) && file !== 'test/docs-tree.test.ts',
  )
  const found = sources.flatMap((file) =>
    [...read(file).matchAll(/\bdocs\/((?:[\w-]+\/)*[\w-]+\.md)(?:#([\w-]+))?/g)].flatMap(
      ([path, page, anchor]) => {
        const why = dead(`docs/${page}`, anchor)
        return why ? [`${file} ${path}: ${why}`] : []
      },
    ),
  )
  expect(found).toEqual([])
})
