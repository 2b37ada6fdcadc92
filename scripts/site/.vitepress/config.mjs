// The site of the documentation. Its pages are copied here by scripts/site.mjs; what VitePress knows of them is docs/index.md.
import { readFileSync } from 'node:fs'
import { anchorOf, sidebarOf } from '../outline.mjs'

const PAGES = new URL('../pages/', import.meta.url)
const index = readFileSync(new URL('docs/index.md', PAGES), 'utf8')

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
  // Copied as it is; every other link must lead to a page.
  ignoreDeadLinks: [/\/LICENSE$/],
  // Headings have the addresses that GitHub gives them, which the pages and PHASES.md link to.
  // The pages have no HTML of their own; `<WHO>` and the like is text.
  markdown: { html: false, anchor: { slugify: anchorOf }, languageAlias: { ejs: 'html' } },
  themeConfig: {
    search: { provider: 'local' },
    outline: [2, 3],
    nav: [
      { text: 'Quick start', link: '/start/quick-start' },
      { text: 'Configuration', link: '/configuration' },
      { text: 'Checks', link: '/checks' },
    ],
    sidebar: sidebarOf(index),
  },
}
