const LONG_TITLE = 'The Complete Chronicles of the Lighthouse at the End of the World, '
  .repeat(3)
  .slice(0, 200)

// title, format, issues left, queue position, last rating, hours since it was read, more
const THREADS = [
  ['Saga', 'Comic', 12, 1, 4.5, 3],
  ['Hellboy: "Seed of Destruction"', 'Trade', 4, 2, 4.0, 30],
  ['Black & White Tales', 'Comic', 7, 3, 3.5, 80],
  ['The <b>Bold</b> and the Brave', 'Comic', 9, 4, 3.0, 24 * 9],
  ['Astérix chez les Bretons', 'Omnibus', 1, 5, 5.0, 24 * 12],
  ['ナウシカ', 'Omnibus', 6, 6, 4.5, 24 * 14],
  [LONG_TITLE, 'Digital', 25, 7, null, null],
  ["Swamp Thing: Moore's Run", 'Trade', 3, 9, 4.0, 24 * 40],
  ['Planetary', 'Trade', 2, 10, 2.5, 24 * 55],
  ['Usagi Yojimbo', 'Comic', 30, 11, 3.5, 24 * 70],
  ['Bone', 'Omnibus', 8, 12, null, null],
  ['Locke & Key', 'Digital', 5, 12, 4.0, 26, { review_url: 'https://reviews.example/locke-and-key' }],
  ['Transmetropolitan', 'Trade', 10, 13, 4.0, 24 * 29],
  ['Monstress', 'Trade', 11, 14, 3.0, 24 * 5, { notes: 'read slowly; the art is dense' }],
  ['Maus', 'Trade', 0, 15, 5.0, 24 * 21, { status: 'completed', review_url: 'https://reviews.example/maus' }],
  ['Watchmen', 'Comic', 0, 16, 4.5, 24 * 25, { status: 'completed' }],
  ['Blankets', 'Omnibus', 0, 17, 3.5, 24 * 28, { status: 'completed' }],
  ['Ghost World', 'Digital', 0, 18, 3.0, 24 * 29, { status: 'completed' }],
  ['Sandman: Overture', 'Comic', -1, 19, 4.0, 24 * 13, { status: 'completed' }],
  ['Test Thread', 'Comic', 5, 20, null, null, { is_test: true, notes: 'made while trying out the queue' }],
]

export async function seedThreads(trx, ago) {
  const rows = THREADS.map(([title, format, issues, position, rating, hours, more], index) => ({
    title,
    format,
    issues_remaining: issues,
    queue_position: position,
    status: 'active',
    last_rating: rating,
    last_activity_at: hours === null ? null : ago(hours),
    review_url: null,
    last_review_at: more?.review_url ? ago(24 * 10) : null,
    notes: null,
    is_test: false,
    created_at: ago(24 * 110 - index),
    user_id: 1,
    ...more,
  }))
  return trx('threads').insert(rows).returning('*')
}
