// Counts what is open, every night.
const cron = require('node-cron')
const { one } = require('./db')

const digest = () =>
  one('insert into digests (open) select count(*)::int from items where not done returning id')

cron.schedule('0 6 * * *', digest)

module.exports = { digest }
