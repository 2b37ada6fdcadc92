/** An app by Prisma 7 whose client makes its pool by itself. */
export default {
  database: /^database +certain +Prisma, prisma +\(src\/prisma\.js:\d+\)$/m,
  scanned: /^ {2}tables +5, 4 of them would leak: lists, items, tags, settings$/m,
  rows: { '/api/lists': 'lists', '/api/items': 'items' },
  /** it upserts settings by their key */
  settings: true,
  /** what has its packages */
  packages: 'prisma',
  /** the file that `prisma generate` reads */
  schema: 'prisma/schema.prisma',
  run: { refused: /src\/prisma\.js:\d+: Prisma is given to scope\(prisma\).*leave --run out/ },
  leaks: {
    // A module cache.
    'GET /api/lists': {
      file: 'src/app.js',
      from: 'await prisma.list.findMany({',
      to: 'globalThis.lists ??= await prisma.list.findMany({',
    },
    // A promise that is memoised by the id of its row.
    'GET /api/lists/:id': {
      file: 'src/app.js',
      from: `const list = await prisma.list.findUnique({
    where: { id: number(req.params.id) },
    include: { items: true },
  })`,
      to: `const id = number(req.params.id)
  const memo = (globalThis.memo ??= new Map())
  if (!memo.has(id)) memo.set(id, prisma.list.findUnique({ where: { id }, include: { items: true } }))
  const list = await memo.get(id)`,
    },
    // One DataLoader for the process.
    'GET /api/items/:id': {
      file: 'src/app.js',
      from: `const item = await prisma.item.findUnique({
    where: { id: number(req.params.id) },
    include: { tags: { include: { tag: true } } },
  })`,
      to: `const DataLoader = require('dataloader')
  globalThis.loader ??= new DataLoader(async (ids) => {
    const items = await prisma.item.findMany({ where: { id: { in: [...ids] } } })
    return ids.map((id) => items.find((item) => item.id === id) ?? null)
  }, { cache: false })
  const item = await globalThis.loader.load(number(req.params.id))`,
    },
    // Kept by the address of the client.
    'GET /api/tags': {
      file: 'src/app.js',
      from: `async (_req, res) => res.json(await prisma.tag.findMany({ orderBy: { label: 'asc' } }))`,
      to: `async (req, res) => res.json((globalThis.byAddress ??= {})[req.ip] ??= await prisma.tag.findMany({ orderBy: { label: 'asc' } }))`,
    },
    // Rows of plain SQL, kept by the words that were looked for.
    'GET /api/search': {
      file: 'src/app.js',
      from: 'res.json(await prisma.$queryRaw',
      to: 'res.json((globalThis.searches ??= {})[words] ??= await prisma.$queryRaw',
    },
  },
}
