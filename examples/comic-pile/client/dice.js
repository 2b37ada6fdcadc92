export const LADDER = [4, 6, 8, 10, 12, 20]

export function stepDown(die) {
  return LADDER[Math.max(LADDER.indexOf(die) - 1, 0)]
}

export function stepUp(die) {
  return LADDER[Math.min(LADDER.indexOf(die) + 1, LADDER.length - 1)]
}
