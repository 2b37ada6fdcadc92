// The same app with its first page open to everybody.
import { defineConfig } from 'usertwo'
import library from './usertwo.config.js'

export default defineConfig({
  ...library,
  app: { ...library.app, start: ['node', 'server.public.js'] },
  routes: { public: ['GET /', 'GET /health'] },
})
