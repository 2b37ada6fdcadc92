// The same app with its first page open to everybody, and once more as a page of browser code.
import { defineConfig } from 'usertwo'
import library from './usertwo.config.js'

export default defineConfig({
  ...library,
  app: { ...library.app, start: ['node', 'server.public.js'] },
  routes: { public: ['GET /', 'GET /about', 'GET /health'] },
  spa: { index: '/', routes: ['/about'] },
  mutations: 'usertwo/mutations.js',
})
