import { scope, usertwo } from 'usertwo'
import { app, pool } from './app.js'
import usertwoConfig from './usertwo.config.js'

scope(pool)
usertwo(app, usertwoConfig).listen(process.env.PORT, process.env.HOST)
