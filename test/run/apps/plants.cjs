// All that a row has, by a Pool.
const express = require('express')
const { Pool } = require('pg')

const pool = new Pool({ connectionString: process.env.DATABASE_URL })
const app = express()
app.get('/plants', async (_req, res) => res.json((await pool.query('select * from plants')).rows))
const server = app.listen(process.env.PORT, '127.0.0.1', () => console.log('port', server.address().port))
