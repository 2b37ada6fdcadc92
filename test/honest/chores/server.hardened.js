const { scope, usertwo } = require('usertwo')
const { app, pool } = require('./app.js')

scope(pool)
usertwo(app, require('./usertwo.config.cjs')).listen(process.env.PORT, process.env.HOST)
