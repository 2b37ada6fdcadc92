export const LADDER = [4, 6, 8, 10, 12, 20]

function rung(die) {
  const index = LADDER.indexOf(die)
  if (index === -1) throw new Error(`Invalid die size: ${die}`)
  return index
}

export const stepDown = (die) => LADDER[Math.max(rung(die) - 1, 0)]
export const stepUp = (die) => LADDER[Math.min(rung(die) + 1, LADDER.length - 1)]
