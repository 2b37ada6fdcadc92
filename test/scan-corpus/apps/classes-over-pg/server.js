import express from 'express'
import pg from 'pg'
import { Controller } from './lib/controller.js'
import { PlaylistRepository, SongRepository } from './lib/songs.js'

class Server {
  constructor() {
    this.app = express()
    this.pool = new pg.Pool()
    this.routes()
  }
  routes() {
    const songs = new Controller(new SongRepository(this.pool))
    const playlists = new Controller(new PlaylistRepository(this.pool))
    this.app.use(express.json())
    this.app.route('/songs').get(songs.list).post(songs.create)
    this.app.route('/songs/:id').get(songs.show).delete(songs.destroy)
    const router = express.Router()
    router.route('/').get(playlists.list).post(playlists.create)
    router.route('/:id').get(playlists.show)
    this.app.use('/playlists', router)
  }
  start() {
    this.app.listen(process.env.PORT)
  }
}

new Server().start()
