/** What the gate says when a row, or a trace of one, met somebody whose it is not. */
export const OF_SOMEBODY_ELSE =
  /of the owner|of somebody else|the owner’s rows|to somebody else|otherwise than|for somebody else/
