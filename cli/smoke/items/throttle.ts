import { type Item, NotExercised } from '../item.js'

export const throttle: Item = {
  id: 'smoke.throttle',
  title: 'Who guesses is refused with one 429 for every cause',
  proves: ['H6', 'A9'],
  fix: 'usertwo gate 4 --only auth.login-throttled',
  async run() {
    throw new NotExercised(
      'it would use up the budget of this address, and shut out who shares it; `usertwo gate 4 --only auth.login-throttled` tries it on a copy',
    )
  },
}
