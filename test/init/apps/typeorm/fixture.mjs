export default {
  shapes: [],
  warned: /data-source\.js:\d+: TypeORM’s synchronize drops columns .* set it to false/,
  // The owner's one line, which the warning asks for.
  edit: { file: 'data-source.js', from: 'synchronize: true', to: 'synchronize: false' },
  leak: {
    file: 'server.js',
    from: "res.json(await dataSource.getRepository(Shelf).find({ order: { id: 'ASC' } }))",
    to: "res.json((globalThis.kept ??= await dataSource.getRepository(Shelf).find({ order: { id: 'ASC' } })))",
    only: 'isolation.foreign-ids,isolation.new-user,isolation.no-interference',
    names: /GET \/shelves/,
  },
}
