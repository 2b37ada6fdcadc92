// One connection for all requests: what one person's query says of them would be said for another's.
const express = require('express')
const { Client } = require('pg')

const client = new Client(process.env.DATABASE_URL)
client.connect()
const app = express()
app.get('/jars', (_req, res, next) => {
  client.query('select * from jars').then(({ rows }) => res.json(rows), next)
})
app.listen(process.env.PORT || 3000)
