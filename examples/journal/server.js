import { createApp } from './src/app.js'
import { config } from './src/config.js'

const server = createApp().listen(config.port, config.host, () => {
  console.log(`${config.title} on http://${config.host}:${server.address().port}`)
})
