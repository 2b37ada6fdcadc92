// Reads its environment when it has connected already.
const { Client } = require('pg')

new Client(process.env.DATABASE_URL)
process.env.USERTWO_PHASE = '8'
new Client(process.env.DATABASE_URL)
console.log('went on')
