import { scope, usertwo } from 'usertwo'
import { createApp } from './server/app.js'
import { config } from './server/config.js'
import { db } from './server/db.js'
import { announce, prepare } from './server/start.js'
import usertwoConfig from './usertwo.config.js'

scope(db) // edit 1: around the database handle

const app = usertwo(createApp(), usertwoConfig) // edit 2: around the app

await prepare()
await announce(await app.listen(config.port, config.host))
