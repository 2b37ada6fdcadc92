const express = require('express')
const makeKnex = require('knex')
const container = require('./container')
const RecordService = require('./services/RecordService')
const { makeAudit } = require('./services/audit')

container
  .register('knex', () => makeKnex({ client: 'pg' }))
  .register('audit', (c) => makeAudit(c.get('knex')))
  .register('records', (c) => new RecordService({ knex: c.get('knex'), audit: c.get('audit') }))

const app = express()
app.use(express.json())
app.use('/records', require('./routes/records').records)
app.get('/audit', async (req, res) => res.json(await container.get('audit').last(10)))
app.delete('/audit', async (req, res) => {
  await container.get('audit').purge()
  res.end()
})
app.get('/', (req, res) => res.redirect('/records'))
app.listen(3000)
