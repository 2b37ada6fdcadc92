import { scope, usertwo } from 'usertwo'
import { app, pool } from './app.mjs'
import usertwoConfig from './usertwo.config.mjs'

scope(pool)
const server = await usertwo(app, usertwoConfig).listen(process.env.PORT, process.env.HOST)
console.log(`port ${server.address().port}`)
