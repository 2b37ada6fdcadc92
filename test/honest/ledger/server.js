import { app, digest, everyHour } from './app.js'

everyHour(digest)
app.listen(process.env.PORT, process.env.HOST)
