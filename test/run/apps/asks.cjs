const { Client } = require('pg')

const client = new Client(process.env.DATABASE_URL)
client
  .connect()
  .then(() => client.query('select * from notes'))
  .then(
    ({ rows }) => console.log(`rows ${rows.length}`),
    ({ code }) => console.log(`refused: ${code}`),
  )
  .then(() => client.end())
