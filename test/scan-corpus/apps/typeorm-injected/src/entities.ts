import { BaseEntity, Column, Entity, JoinColumn, ManyToOne, PrimaryGeneratedColumn } from 'typeorm'

@Entity()
export class User extends BaseEntity {
  @PrimaryGeneratedColumn() id!: number
  @Column() email!: string
  @Column() password!: string
}

@Entity()
export class TaskEntity extends BaseEntity {
  @PrimaryGeneratedColumn() id!: number
  @Column() title!: string
  @ManyToOne(() => User)
  user!: User
}

@Entity('project')
export class Project extends BaseEntity {
  @PrimaryGeneratedColumn() id!: number
  @Column() name!: string
}
