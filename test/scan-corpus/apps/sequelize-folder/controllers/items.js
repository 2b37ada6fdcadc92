const db = require('../models')

module.exports = {
  async create(req, res) {
    res.status(201).send(await db.TodoItem.create({ content: req.body.content, todoId: req.params.todoId }))
  },
  async destroy(req, res) {
    const item = await db.TodoItem.findOne({ where: { id: req.params.itemId, todoId: req.params.todoId } })
    if (!item) return res.status(404).send({})
    await item.destroy()
    res.status(204).send()
  },
}
