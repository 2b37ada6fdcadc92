const { Todo, TodoItem } = require('../models')

module.exports = {
  create(req, res) {
    return Todo.create({ title: req.body.title })
      .then((todo) => res.status(201).send(todo))
      .catch((error) => res.status(400).send(error))
  },
  list(req, res) {
    return Todo.findAll({ include: [{ model: TodoItem, as: 'items' }] })
      .then((todos) => res.status(200).send(todos))
      .catch((error) => res.status(400).send(error))
  },
  update(req, res) {
    return Todo.findByPk(req.params.todoId)
      .then((todo) => {
        if (!todo) return res.status(404).send({ message: 'Todo Not Found' })
        return todo.update({ title: req.body.title || todo.title }).then(() => res.status(200).send(todo))
      })
      .catch((error) => res.status(400).send(error))
  },
}
