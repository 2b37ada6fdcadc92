import { scope, usertwo } from 'usertwo'
import { app, pool } from './app.js'
import config from './usertwo.config.mjs'

scope(pool)
usertwo(app, config).listen(process.env.PORT, process.env.HOST)
