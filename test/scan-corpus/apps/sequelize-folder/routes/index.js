const { todos, items } = require('../controllers')

module.exports = (app) => {
  app.get('/api', (req, res) => res.status(200).send({ message: 'Welcome' }))
  app.post('/api/todos', todos.create)
  app.get('/api/todos', todos.list)
  app.put('/api/todos/:todoId', todos.update)
  app.post('/api/todos/:todoId/items', items.create)
  app.delete('/api/todos/:todoId/items/:itemId', items.destroy)
}
