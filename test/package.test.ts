import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { dirname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, test } from 'vitest'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const LINK = /\]\(([^)#:\s]+)(?:#([^)\s]*))?\)/g

/** What npm would publish, by path. */
let packed: Set<string>
beforeAll(async () => {
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
  const { stdout } = await promisify(execFile)(npm, ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: ROOT,
    maxBuffer: 64 * 1024 * 1024,
  })
  const [{ files }] = JSON.parse(stdout) as [{ files: { path: string }[] }]
  packed = new Set(files.map(({ path }) => path))
})

/** A heading as GitHub's and npm's pages address it. */
const anchor = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .trim()
    .replaceAll(' ', '-')

async function deadLinks(page: string): Promise<string[]> {
  const text = (await readFile(join(ROOT, page), 'utf8')).replace(/```[\s\S]*?```/g, '')
  const dead: string[] = []
  for (const [link, file, part] of text.matchAll(LINK)) {
    const to = normalize(join(dirname(page), file!))
    if (!packed.has(to)) dead.push(`${page}: ${link} is not in the package`)
    else if (part && to.endsWith('.md')) {
      const headings = [...(await readFile(join(ROOT, to), 'utf8')).matchAll(/^#+ (.*)$/gm)].map(([, h]) =>
        anchor(h!),
      )
      if (!headings.includes(part)) dead.push(`${page}: ${link} has no such heading`)
    }
  }
  return dead
}

describe('the package', () => {
  test('carries its documents, and no link in them is dead', async () => {
    const pages = [...packed].filter((path) => path.endsWith('.md'))
    expect(pages).toEqual(
      expect.arrayContaining([
        'README.md',
        'PHASES.md',
        'docs/how-to/adopt-by-hand.md',
        'docs/reference/http-api.md',
      ]),
    )
    expect((await Promise.all(pages.map(deadLinks))).flat()).toEqual([])
  })

  test('leaves out the appendix: its pages, its list, and former addresses of them', async () => {
    const list = await readFile(join(ROOT, 'docs/appendix.md'), 'utf8')
    const pages = [...list.matchAll(LINK)].map(([, file]) => `docs/${file}`)
    expect(pages.length).toBeGreaterThan(5)
    expect(['docs/appendix.md', ...pages].filter((page) => packed.has(page))).toEqual([])
  })

  test('carries what its entries name, for old module resolution too, and neither tests nor secrets', async () => {
    const manifest = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as {
      main: string
      types: string
      bin: Record<string, string>
      exports: Record<string, string | { types: string; default: string }>
    }
    const entries = Object.values(manifest.exports).flatMap((one) =>
      typeof one === 'string' ? [one] : Object.values(one),
    )
    for (const entry of [manifest.main, manifest.types, ...Object.values(manifest.bin), ...entries])
      expect(packed).toContain(normalize(entry))
    expect(
      [...packed].filter((path) => /^dist\/.*\.(?:test\.|map$)|^test\/|^\.env$|\.usertwo/.test(path)),
    ).toEqual([])
  })
})
