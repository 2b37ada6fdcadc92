// npm run docs:site: builds the documentation as a site with VitePress, into scripts/site/.vitepress/dist. A
// dead link or a misspelled word fails it. -- --spelling: checks only the spelling; -- --serve: serves the
// built site.
import './prepare/help.mjs'
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { takeOnly } from './prepare/arguments.mjs'
import { installPinned } from './prepare/pinned.mjs'
import { filesIn, must, ROOT, StepFailed } from './prepare/step.mjs'

const SITE = 'scripts/site'
const PAGES = ['README.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'SECURITY.md', 'PHASES.md', 'docs']
/** Files that pages link to but that are not pages: their path here, and their path on the site. */
const FILES = {
  LICENSE: 'LICENSE',
  'docs/metrics': 'metrics',
  'examples/comic-pile/server.hardened.js': 'examples/comic-pile/server.hardened.js',
  'examples/comic-pile/usertwo.config.js': 'examples/comic-pile/usertwo.config.js',
}

takeOnly((word) => word === '--spelling' || word === '--serve')
const flags = new Set(process.argv.slice(2))
const cwd = join(ROOT, SITE)
const site = (what, fix, program, ...args) =>
  must(what, fix, process.execPath, [join(cwd, 'node_modules', program), ...args], { cwd })

/**
 * Removes comments and folds, which would be shown because HTML is off, and adapts links, because the pages of docs/
 * are at the root of the site.
 */
const forTheSite = (text, inDocs) => {
  const plain = text.replace(/<!--[\s\S]*?-->\n*/g, '').replace(/^<\/?details>.*\n+/gm, '')
  return inDocs ? plain.replace(/\]\((?:\.\.\/)+([A-Z]+\.md)/g, '](/$1') : plain
}

/** Copies the pages, because VitePress reads one folder. */
function copyPages() {
  const pages = join(cwd, 'pages')
  rmSync(pages, { recursive: true, force: true })
  const copies = [
    ...PAGES.map((page) => [page, page]),
    ...Object.entries(FILES).map(([from, to]) => [from, `public/${to}`]),
  ]
  for (const [from, to] of copies) {
    mkdirSync(dirname(join(pages, to)), { recursive: true })
    cpSync(join(ROOT, from), join(pages, to), { recursive: true })
  }
  for (const file of filesIn(pages).filter((name) => name.endsWith('.md')))
    writeFileSync(file, forTheSite(readFileSync(file, 'utf8'), file.startsWith(join(pages, 'docs'))))
}

try {
  installPinned(SITE, 'VitePress and cspell')
  copyPages()
  if (!flags.has('--serve'))
    site(
      'Spelling',
      `Correct the word, or add it to ${SITE}/words.txt.`,
      'cspell/bin.mjs',
      '--no-progress',
      '--no-summary',
      '--dot',
      'pages/**/*.md',
    )
  if (!flags.has('--spelling') && !flags.has('--serve'))
    site('The site', 'The cause is named above, usually a dead link.', 'vitepress/bin/vitepress.js', 'build')
  if (flags.has('--serve')) site('The site', 'Build it first.', 'vitepress/bin/vitepress.js', 'preview')
} catch (error) {
  if (!(error instanceof StepFailed)) throw error
  console.error(error.message)
  process.exit(1)
}
