module.exports = (sequelize, DataTypes) => {
  const TodoItem = sequelize.define('TodoItem', { content: DataTypes.STRING, complete: DataTypes.BOOLEAN, todoId: DataTypes.INTEGER }, {})
  return TodoItem
}
