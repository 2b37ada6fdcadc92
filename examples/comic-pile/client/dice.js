/** The sizes the die moves between: down after a good read, up after a poor one. */
export const LADDER = [4, 6, 8, 10, 12, 20]
