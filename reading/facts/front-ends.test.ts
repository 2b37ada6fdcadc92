import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { fileParser } from '../syntax/sources.js'
import { unbuiltPages } from './front-ends.js'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'usertwo-front-ends-'))
  mkdirSync(join(root, 'web'))
  mkdirSync(join(root, 'server/src'), { recursive: true })
  writeFileSync(join(root, 'web/package.json'), '{ "name": "web", "scripts": { "build": "vite build" } }')
})
afterEach(() => rmSync(root, { recursive: true }))

async function unbuilt(text: string) {
  const parse = await fileParser(join(root, 'server'))
  return unbuiltPages(join(root, 'server'), [parse('src/app.js', text)])
}

it.each([
  "app.use(express.static(path.join(__dirname, '../../web/dist')))",
  "app.use(express.static('../web/dist'))",
  "app.use(express.static(path.resolve(process.cwd(), '..', 'web', 'dist')))",
  "const dist = new URL('../../web/dist', import.meta.url)\napp.use(express.static(fileURLToPath(dist)))",
  "const dist = process.env.DIST ?? join(import.meta.dirname, '../../web/dist')\napp.use(serveStatic(dist))",
  "app.get('/', (req, res) => res.sendFile(path.join(__dirname, '../../web/dist/index.html')))",
])('names the folder and its command: %s', async (text) => {
  expect(await unbuilt(text)).toEqual([
    {
      at: expect.stringMatching(/^src\/app\.js:[12]$/),
      folder: '../web/dist',
      build: 'npm --prefix web run build',
    },
  ])
})

it('reports nothing for built folders, folders that no build creates, and unreadable paths', async () => {
  mkdirSync(join(root, 'web/build'))
  for (const served of ["'../web/build'", "'uploads'", 'folderOf(req)', "'../../elsewhere/dist'"])
    expect(await unbuilt(`app.use(express.static(${served}))`), served).toEqual([])
})

it('does not take a file that is missing in a folder for one that is not built yet', async () => {
  mkdirSync(join(root, 'web/dist'))
  expect(await unbuilt("app.use('/manifest.json', express.static('../web/dist/manifest.json'))")).toEqual([])
  expect(await unbuilt("app.use(express.static('../web/dist/client'))")).toHaveLength(1)
})
