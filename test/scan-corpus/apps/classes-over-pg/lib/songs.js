import { Repository } from './repository.js'

export class SongRepository extends Repository {
  constructor(pool) {
    super(pool, 'songs')
  }
  add({ title }) {
    return this.query('insert into songs (title) values ($1) returning *', [title])
  }
}

export class PlaylistRepository extends Repository {
  constructor(pool) {
    super(pool, 'playlists')
  }
  add({ name }) {
    return this.query('insert into playlists (name) values ($1) returning *', [name])
  }
  all() {
    return super.all()
  }
}
