// The primary of a cluster that works by a timer of its own, and a program that never listens.
const cluster = require('node:cluster')
const { Pool } = require('pg')

const pool = new Pool({ connectionString: process.env.DATABASE_URL, max: 1 })
const count = () =>
  pool.query('select count(*)::int as n from notes').then(
    ({ rows }) => rows[0].n,
    ({ code }) => code,
  )
if (cluster.isPrimary) {
  cluster.fork()
  cluster.on('listening', () => setInterval(async () => console.log(`counted ${await count()}`), 300))
} else require('./listens.cjs')
