import jwt from 'jsonwebtoken'
import { User } from './entities'

export default async (req: any, res: any, next: any) => {
  const { sub } = jwt.verify(req.cookies.token, process.env.SECRET!) as { sub: string }
  req.user = await User.findOneBy({ id: Number(sub) })
  next()
}
