import type { Request, Response } from 'express'
import { ArticleService } from './service/articles'

export class ArticleController {
  private service = new ArticleService()

  async all(_req: Request, _res: Response) {
    return this.service.list()
  }
  async one(req: Request, _res: Response) {
    return this.service.get(Number(req.params.id))
  }
  async save(req: Request, _res: Response) {
    return this.service.create(req.body.title)
  }
  async rename(req: Request, _res: Response) {
    return this.service.rename(Number(req.params.id), req.body.title)
  }
  async remove(req: Request, res: Response) {
    await this.service.remove(Number(req.params.id))
    res.status(204)
  }
  async remark(req: Request, _res: Response) {
    return this.service.remark(Number(req.params.id), req.body.body)
  }
}
