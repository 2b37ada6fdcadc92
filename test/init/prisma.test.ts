// An app over Prisma 7, from its bare folder to GO of all eight phases, and with leaks that fit it.
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { build } from '../support/built.js'
import { generatePrisma, installMixingLibraries } from '../support/mixing-libraries.js'
import { gated, layFolder, plant, usertwo } from './play.mjs'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const libraries = await installMixingLibraries()
afterAll(() => libraries?.remove())

/** Each is planted in a route of its own, and all at once. */
const LEAKS = {
  'GET /api/lists': ['await prisma.list.findMany({', 'globalThis.lists ??= await prisma.list.findMany({'],
  'GET /api/lists/:id': [
    `const list = await prisma.list.findUnique({
    where: { id: number(req.params.id) },
    include: { items: true },
  })`,
    `const id = number(req.params.id)
  const memo = (globalThis.memo ??= new Map())
  if (!memo.has(id)) memo.set(id, prisma.list.findUnique({ where: { id }, include: { items: true } }))
  const list = await memo.get(id)`,
  ],
  'GET /api/items/:id': [
    `const item = await prisma.item.findUnique({
    where: { id: number(req.params.id) },
    include: { tags: { include: { tag: true } } },
  })`,
    `const DataLoader = require('dataloader')
  globalThis.loader ??= new DataLoader(async (ids) => {
    const items = await prisma.item.findMany({ where: { id: { in: [...ids] } } })
    return ids.map((id) => items.find((item) => item.id === id) ?? null)
  }, { cache: false })
  const item = await globalThis.loader.load(number(req.params.id))`,
  ],
  'GET /api/tags': [
    "res.json(await prisma.tag.findMany({ orderBy: { label: 'asc' } }))",
    "res.json((globalThis.byAddress ??= {})[req.ip] ??= await prisma.tag.findMany({ orderBy: { label: 'asc' } }))",
  ],
  'GET /api/search': [
    'res.json(await prisma.$queryRaw',
    'res.json((globalThis.searches ??= {})[words] ??= await prisma.$queryRaw',
  ],
} as const

describe.skipIf(!libraries)('an app over Prisma 7', () => {
  let app: { folder: string; remove(): void }

  beforeAll(async () => {
    await build()
    const packages = [join(libraries!.folder, 'node_modules'), join(ROOT, 'node_modules')]
    app = layFolder(new URL('prisma', import.meta.url), packages)
    await generatePrisma(app.folder, 'prisma/schema.prisma')
    const { code, stdout, stderr } = await usertwo(app.folder, 'init', '--yes')
    expect(code, stdout + stderr).toBe(0)
    expect(stdout).toMatch(/^database +certain +Prisma, prisma +\(src\/prisma\.js:4\)$/m)
  }, 600_000)
  afterAll(() => app?.remove())

  test('is GO of all eight phases by init --yes alone', async () => {
    const { go, red } = await gated(app.folder)
    expect(red).toEqual([])
    expect(go).toBe(true)
  }, 2_400_000)

  test('with five leaks is NO-GO, and each is named by its route', async () => {
    for (const [from, to] of Object.values(LEAKS)) plant(app.folder, { file: 'src/app.js', from, to })
    const only = 'isolation.foreign-ids,isolation.new-user,isolation.foreign-at-once,isolation.kept-in-memory'
    const { red } = await gated(app.folder, '6', '--only', only)
    const named = Object.keys(LEAKS).filter((route) =>
      red.some((one) => /: fail: /.test(one) && one.includes(`${route} `)),
    )
    expect(named, red.join('\n')).toEqual(Object.keys(LEAKS))
  }, 1_200_000)
})
