import type { Kit } from '../core/kit.js'

const PATIENCE_MS = 2_000
/** How long an answer is reused, so that no client can keep the database busy by asking. */
const KEPT_MS = 1_000

/** Checks whether the database answers now; returns null, or why it does not, without its address. */
export function answersNow(kit: Pick<Kit, 'db'>): () => Promise<string | null> {
  let known: { at: number; why: Promise<string | null> } | undefined
  return () => {
    if (!known || performance.now() - known.at > KEPT_MS) known = { at: performance.now(), why: ask(kit) }
    return known.why
  }
}

async function ask({ db }: Pick<Kit, 'db'>): Promise<string | null> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(resolve, PATIENCE_MS, `the database does not answer within ${PATIENCE_MS / 1000} s`)
  })
  const asked = db.raw('select 1').then(
    () => null,
    () => 'the database does not answer',
  )
  const why = await Promise.race([asked, late])
  clearTimeout(timer)
  return why
}
