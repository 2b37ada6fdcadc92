import { Inject, Service } from 'typedi'
import { Repository } from 'typeorm'
import { TaskEntity } from './entities'

@Service()
export class TasksService {
  constructor(@Inject('tasks') private readonly tasks: Repository<TaskEntity>) {}

  forUser(userId: number) {
    return this.tasks.createQueryBuilder('t').where('t.userId = :userId', { userId }).getMany()
  }
  search(text?: string) {
    const builder = this.tasks.createQueryBuilder('t').orderBy('t.id')
    if (text) builder.where('t.title ILIKE :text', { text: `%${text}%` })
    return builder.getMany()
  }
  async remove(id: number, userId: number) {
    await this.tasks.delete({ id, user: { id: userId } })
  }
}
