// An app by one version of Express: what its handlers see under the layers is what they see without.
import { fileURLToPath } from 'node:url'
import { bareAnswers, compared, HOWS } from '../express/compare.mjs'
import { ownersDatabase } from '../express/database.mjs'

/** An answer is wrong if it differs in anything that is not declared. */
export async function seenAlike(name) {
  const folder = fileURLToPath(new URL(`node_modules/${name}`, import.meta.url))
  const database = await ownersDatabase()
  try {
    const bare = await bareAnswers(folder)
    const outcome = {
      queries: 0,
      wrong: 0,
      first: null,
      said: HOWS.map(({ how, dial }) => `${how} ${dial}`).join(', '),
    }
    for (const one of HOWS) {
      const { asked, differences } = await compared(folder, one, database, bare)
      outcome.queries += asked
      outcome.wrong += differences.length
      outcome.first ??= differences[0] ? `${one.how} ${one.dial}: ${JSON.stringify(differences[0])}` : null
    }
    return outcome
  } finally {
    await database.end()
  }
}
