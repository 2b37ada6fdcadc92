export class Controller {
  constructor(repository) {
    this.repository = repository
    this.list = this.list.bind(this)
    this.create = this.create.bind(this)
  }
  async list(req, res) {
    res.json(await this.repository.all())
  }
  async create(req, res) {
    res.status(201).json(await this.repository.add(req.body))
  }
  show = async (req, res) => {
    const row = await this.repository.byId(req.params.id)
    row ? res.json(row) : res.sendStatus(404)
  }
  destroy = async (req, res) => {
    await this.repository.remove(req.params.id)
    res.sendStatus(204)
  }
}
