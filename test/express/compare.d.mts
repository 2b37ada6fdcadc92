/** How the app is started, and at which dial. */
export interface How {
  how: string
  dial: number
}
export interface OwnersDatabase {
  env: Record<string, string>
  token: string
  end(): Promise<void>
}
/** What arrived, by the name of the request. */
export type Answers = Map<string, { status?: string; ended: string }>

export const HOWS: How[]
export function bareAnswers(express: string): Promise<Answers>
export function compared(
  express: string,
  how: How,
  database: OwnersDatabase,
  bare: Answers,
): Promise<{ asked: number; differences: { name: string; bare: object; wrapped: object }[] }>
