const { scope, usertwo } = require('usertwo')
const { createApp } = require('../notebook/app.js')
const { pool } = require('./db.js')
const store = require('./store.js')
const usertwoConfig = require('./usertwo.config.js')

scope(pool) // edit 1: around the database handle

const app = usertwo(createApp(store), usertwoConfig) // edit 2: around the app

app.listen(process.env.PORT, process.env.HOST)
