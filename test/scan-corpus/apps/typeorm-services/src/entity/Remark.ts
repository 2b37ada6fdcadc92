import { Column, Entity, ManyToOne, PrimaryGeneratedColumn } from 'typeorm'
import { Article } from './Article'

@Entity('remarks')
export class Remark {
  @PrimaryGeneratedColumn() id: number
  @Column() body: string
  @ManyToOne(() => Article, (article) => article.remarks) article: Article
}
