import type { NextFunction, Request, Response } from 'express'
import { ArticleController } from './controller'

export const routes = [
  { method: 'get', path: '/articles', controller: ArticleController, action: 'all' },
  { method: 'get', path: '/articles/:id', controller: ArticleController, action: 'one' },
  { method: 'post', path: '/articles', controller: ArticleController, action: 'save' },
  { method: 'put', path: '/articles/:id', controller: ArticleController, action: 'rename' },
  { method: 'delete', path: '/articles/:id', controller: ArticleController, action: 'remove' },
  { method: 'post', path: '/articles/:id/remarks', controller: ArticleController, action: 'remark' },
]
