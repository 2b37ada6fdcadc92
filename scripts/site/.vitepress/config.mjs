// The site of the documentation. scripts/site.mjs copies its pages here; docs/index.md and docs/appendix.md define the
// sidebar.
import { readFileSync } from 'node:fs'
import { anchorOf, sidebarOf } from '../outline.mjs'

const PAGES = new URL('../pages/', import.meta.url)
const lists = ['docs/index.md', 'docs/appendix.md'].map((page) => readFileSync(new URL(page, PAGES), 'utf8'))

// Most pages of the reference are wide tables.
const TABLES = `.VPDoc.has-aside .content-container { max-width: 800px !important }
.vp-doc th, .vp-doc td { padding: 6px 10px; font-size: 14px }
@media (max-width: 640px) { .vp-doc th, .vp-doc td { padding: 4px 6px; font-size: 13px } }`

export default {
  title: 'usertwo',
  description: 'Takes a single-user Express app to its second user.',
  lang: 'en',
  head: [['style', {}, TABLES]],
  srcDir: 'pages',
  rewrites: { 'docs/:path*': ':path*' },
  // Copied unchanged; every other link must lead to a page.
  ignoreDeadLinks: [/\/LICENSE$/],
  // Headings get the anchors that GitHub gives them, because the pages and PHASES.md link to those. The pages
  // have no HTML of their own; `<WHO>` and the like are text.
  markdown: { html: false, anchor: { slugify: anchorOf }, languageAlias: { ejs: 'html' } },
  themeConfig: {
    search: { provider: 'local' },
    outline: [2, 3],
    nav: [
      { text: 'Quick start', link: '/start/quick-start' },
      { text: 'Configuration', link: '/configuration' },
      { text: 'Checks', link: '/checks' },
    ],
    sidebar: sidebarOf(lists.join('\n')),
  },
}
