import { stats as kept } from '../pg/store.js'

export * from '../pg/store.js'
export const stats = (): Promise<unknown> => kept()
