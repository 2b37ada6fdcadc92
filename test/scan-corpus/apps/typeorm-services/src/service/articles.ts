import { AppDataSource } from '../data-source'
import { Article } from '../entity/Article'
import { Remark } from '../entity/Remark'

export class ArticleService {
  private readonly repo = AppDataSource.getRepository(Article)

  list() {
    return this.repo.find({ order: { id: 'DESC' } })
  }

  get(id: number) {
    return this.repo.findOne({ where: { id }, relations: { remarks: true } })
  }

  async create(title: string) {
    const article = this.repo.create({ title })
    return this.repo.save(article)
  }

  async rename(id: number, title: string) {
    const article = await this.repo.findOneByOrFail({ id })
    article.title = title
    return this.repo.save(article)
  }

  remove(id: number) {
    return this.repo.delete(id)
  }

  remark(id: number, body: string) {
    return AppDataSource.manager.save(Remark, { body, article: { id } })
  }
}
