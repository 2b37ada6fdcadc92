const knex = require('knex')
const app = require('./app')

const db = knex({ client: 'pg', connection: process.env.DATABASE_URL })
app.set('db', db)
app.listen(8000, () => console.log('listening'))
