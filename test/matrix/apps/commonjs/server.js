const { createApp } = require('../notebook/app.js')
const store = require('./store.js')

const app = createApp(store)

app.listen(process.env.PORT, process.env.HOST)
