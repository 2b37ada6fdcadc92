import { scope, usertwo } from 'usertwo'
import { app, pool } from './app.mjs'
import usertwoConfig from './usertwo.config.mjs'

scope(pool)
usertwo(app, usertwoConfig).listen(process.env.PORT, process.env.HOST)
