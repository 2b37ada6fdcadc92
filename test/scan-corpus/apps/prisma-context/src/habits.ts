import type { Context } from './context.js'

export async function listHabits({ prisma }: Context) {
  return prisma.habit.findMany({ include: { checkins: true } })
}
export async function addHabit(context: Context, name: string) {
  return context.prisma.habit.create({ data: { name } })
}
export async function checkIn(context: Context, habitId: number) {
  const [, checkin] = await context.prisma.$transaction([
    context.prisma.checkin.deleteMany({ where: { habitId, day: new Date() } }),
    context.prisma.checkin.create({ data: { habitId, day: new Date() } }),
  ])
  return checkin
}
export const streak = ({ prisma }: Context, id: string) =>
  prisma.$queryRaw`select count(*) from "Checkin" where "habitId" = ${Number(id)}`
