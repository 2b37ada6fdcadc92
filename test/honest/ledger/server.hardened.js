import { forEachUser, scope, usertwo } from 'usertwo'
import { app, db, digest, everyHour, pool } from './app.js'
import usertwoConfig from './usertwo.config.js'

scope(pool)
scope(db)
everyHour(() => forEachUser(digest))
usertwo(app, usertwoConfig).listen(process.env.PORT, process.env.HOST)
