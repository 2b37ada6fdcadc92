import type { Request, Response } from 'express'
import { Service } from 'typedi'
import { Project } from './entities'
import { TasksService } from './tasks.service'

@Service()
export class TasksController {
  constructor(private readonly service: TasksService) {}
  mine = async (req: Request, res: Response) => res.json(await this.service.forUser(req.user.id))
  search = async (req: Request, res: Response) => res.json(await this.service.search(req.query.q as string))
  remove = async (req: Request, res: Response) => {
    await this.service.remove(+req.params.id, req.user.id)
    res.status(204).end()
  }
}

export class ProjectsController {
  static async list(_req: Request, res: Response) {
    res.json(await Project.find())
  }
  static async create(req: Request, res: Response) {
    const project = new Project()
    project.name = req.body.name
    await project.save()
    res.json(project)
  }
}
