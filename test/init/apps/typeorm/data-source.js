require('reflect-metadata')
const { DataSource, EntitySchema } = require('typeorm')

const Shelf = new EntitySchema({
  name: 'Shelf',
  columns: {
    id: { type: Number, primary: true, generated: true },
    room: { type: String, length: 120 },
  },
  relations: { jars: { type: 'one-to-many', target: 'Jar', inverseSide: 'shelf' } },
})
const Jar = new EntitySchema({
  name: 'Jar',
  columns: {
    id: { type: 'uuid', primary: true, generated: 'uuid' },
    label: { type: 'text' },
    isOpen: { name: 'is_open', type: 'boolean', default: false },
    createdAt: { name: 'created_at', type: 'timestamptz', createDate: true },
  },
  relations: {
    shelf: {
      type: 'many-to-one',
      target: 'Shelf',
      joinColumn: { name: 'shelf_id' },
      onDelete: 'CASCADE',
      nullable: false,
    },
  },
})

const dataSource = new DataSource({
  type: 'postgres',
  url: process.env.DATABASE_URL,
  entities: [Shelf, Jar],
  synchronize: true,
})

module.exports = { dataSource, Shelf, Jar }
