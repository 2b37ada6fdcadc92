import { Entity, PrimaryKey, Property } from '@mikro-orm/core'

@Entity({ tableName: 'shelves' })
export class Shelf {
  @PrimaryKey() id!: number
  @Property() label!: string
}
