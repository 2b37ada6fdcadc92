import { scope, usertwo } from 'usertwo'
import { app, handle } from './app.js'
import usertwoConfig from './usertwo.config.js'

scope(handle)
usertwo(app, usertwoConfig).listen(process.env.PORT, process.env.HOST)
