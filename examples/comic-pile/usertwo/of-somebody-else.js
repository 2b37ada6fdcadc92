/** What the gate says when a row, or a trace of one, met somebody whose it is not. */
export const OF_SOMEBODY_ELSE =
  /of the owner|of another user|the owner’s rows|to another user|unlike|not answered like the owner|for another user/
