export class Repository {
  #pool
  constructor(pool, table) {
    this.#pool = pool
    this.table = table
  }
  async query(text, values = []) {
    const { rows } = await this.#pool.query(text, values)
    return rows
  }
  all() {
    return this.query(`select * from ${this.table} order by id`)
  }
  async byId(id) {
    const [row] = await this.query(`select * from ${this.table} where id = $1`, [id])
    return row ?? null
  }
  remove(id) {
    return this.query('delete from ' + this.table + ' where id = $1', [id])
  }
}
