import { createApp } from './app.js'

createApp().listen(process.env.PORT ?? 8080)
