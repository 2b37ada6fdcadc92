const { MikroORM } = require('@mikro-orm/postgresql')
const entities = require('./entities')

const orm = MikroORM.initSync({
  clientUrl: process.env.DATABASE_URL,
  entities: Object.values(entities),
  pool: { min: 0, max: 4 },
})

module.exports = { orm }
