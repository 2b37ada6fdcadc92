export default {
  shapes: [7, 10, 14, 19, 24, 29, 34],
  warned: /src\/index\.ts:\d+: setInterval\(late\) runs outside of any request/,
  edit: {
    file: 'src/index.ts',
    from: 'const late = () => tellOverdue().catch(',
    to: "const late = async () => (await import('usertwo')).forEachUser(tellOverdue).catch(",
  },
  leak: {
    file: 'src/plans.ts',
    from: "res.json(await all<Plan>('select id, title, due::text from plans order by id'))",
    to: "res.json(((globalThis as any).kept ??= await all<Plan>('select id, title, due::text from plans order by id')))",
    only: 'isolation.foreign-ids,isolation.new-user,isolation.no-interference',
    names: /GET \/api\/v1\/plans/,
  },
}
