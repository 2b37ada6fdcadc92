module.exports = require('postgres')(process.env.DATABASE_URL, { max: 2, onnotice() {} })
