const pg = require('pg')

exports.pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 2 })
