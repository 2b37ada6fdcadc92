import { Column, Entity, ManyToOne, OneToMany, PrimaryGeneratedColumn } from 'typeorm'
import { Remark } from './Remark'

@Entity({ name: 'articles' })
export class Article {
  @PrimaryGeneratedColumn() id: number
  @Column() title: string
  @Column({ default: false }) published: boolean
  @OneToMany(() => Remark, (remark) => remark.article) remarks: Remark[]
}
