import { scope, usertwo } from 'usertwo'
import { createApp } from './app.js'
import { pool } from './db.js'
import usertwoConfig from './usertwo.config.js'

scope(pool)
usertwo(createApp(pool), usertwoConfig).listen(process.env.PORT, process.env.HOST)
