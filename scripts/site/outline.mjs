/** Returns the anchor that GitHub gives a heading. */
export const anchorOf = (heading) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .trim()
    .replaceAll(' ', '-')

/**
 * Returns the sidebar: the parts of docs/index.md and docs/appendix.md, in their order. test/docs-tree.test.ts checks that it has
 * every page of the folders.
 *
 * @param index the text of both
 */
export function sidebarOf(index) {
  const parts = []
  let list = []
  for (const line of index.split('\n')) {
    const [, level, heading] = /^(##|###) (.*)$/.exec(line) ?? []
    if (level) {
      list = []
      const part = { text: heading, items: list, collapsed: true }
      if (level === '##') parts.push({ ...part, collapsed: heading !== 'Start' })
      else parts.at(-1).items.push(part)
    }
    if (line.startsWith('- '))
      for (const [, text, page] of line.matchAll(/\[([^\]]+)\]\(([\w/-]+)\.md\)/g))
        list.push({ text: text.replace(/[?!.]$/, (end) => (end === '.' ? '' : end)), link: `/${page}` })
  }
  const root = ['README', 'CHANGELOG', 'CONTRIBUTING', 'SECURITY', 'PHASES']
  return [
    { text: 'All pages', link: '/' },
    ...parts,
    { text: 'Project', collapsed: true, items: root.map((name) => ({ text: name, link: `/${name}` })) },
  ]
}
