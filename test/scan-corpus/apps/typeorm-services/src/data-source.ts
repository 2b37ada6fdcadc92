import { DataSource } from 'typeorm'
import { Article } from './entity/Article'
import { Remark } from './entity/Remark'

export const AppDataSource = new DataSource({ type: 'postgres', url: process.env.DATABASE_URL, entities: [Article, Remark], synchronize: true })
