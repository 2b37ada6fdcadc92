const express = require('express')
const mysql = require('mysql2')

const pool = mysql.createPool(process.env.DATABASE_URL)
const app = express()
app.get('/cats', (_req, res) => pool.query('select * from cats', (_error, rows) => res.json(rows)))
app.listen(3000)
