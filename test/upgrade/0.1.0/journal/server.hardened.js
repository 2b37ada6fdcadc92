// The app behind usertwo; server.js starts it as it was.
import { scope, usertwo } from 'usertwo'
import { createApp } from './src/app.js'
import { pool } from './src/db.js'
import usertwoConfig from './usertwo.config.js'

scope(pool) // edit 1: around the database handle

usertwo(createApp(), usertwoConfig) // edit 2: around the app
  .listen(process.env.PORT ?? 3100, process.env.HOST ?? process.env.JOURNAL_HOST ?? '127.0.0.1')
