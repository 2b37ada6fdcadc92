import { scope, usertwo } from 'usertwo'
import { app, db } from './server.js'
import usertwoConfig from './usertwo.config.js'

scope(db)
usertwo(app, usertwoConfig).listen(process.env.PORT, process.env.HOST)
