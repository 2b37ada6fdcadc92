/** Returns the median. */
export const middle = (numbers) => [...numbers].sort((a, b) => a - b)[numbers.length >> 1]
