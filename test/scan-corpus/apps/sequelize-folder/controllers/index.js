const todos = require('./todos')
const items = require('./items')

module.exports = { todos, items }
