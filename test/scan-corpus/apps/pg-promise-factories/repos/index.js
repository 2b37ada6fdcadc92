import { makeRepo } from './make.js'

export default (db) => ({
  plants: makeRepo(db, { table: 'plants', columns: ['name', 'watered_at'] }),
  rooms: makeRepo(db, { table: 'rooms', columns: ['name'] }),
})
