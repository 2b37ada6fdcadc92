import 'reflect-metadata'
import express from 'express'
import { Container } from 'typedi'
import { DataSource } from 'typeorm'
import { ProjectsController, TasksController } from './controllers'
import { Project, TaskEntity, User } from './entities'

const source = new DataSource({ type: 'postgres', entities: [User, TaskEntity, Project] })

async function bootstrap() {
  await source.initialize()
  Container.set('tasks', source.getRepository(TaskEntity))
  const app = express()
  const tasks = Container.get(TasksController)
  app.use(express.json())
  app.use(require('./auth').default)
  app.get('/tasks', tasks.mine)
  app.get('/tasks/search', tasks.search)
  app.delete('/tasks/:id', tasks.remove)
  app.get('/projects', ProjectsController.list)
  app.post('/projects', ProjectsController.create)
  app.listen(3000)
}
bootstrap()
