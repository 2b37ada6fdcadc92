const text = (name, ...lines) => ({ name, type: 'text/plain', content: Buffer.from(`${lines.join('\n')}\n`) })

// A hazelnut-brown square, drawn for the entry about ink.
const swatch = {
  name: 'hazel-ink.gif',
  type: 'image/gif',
  content: Buffer.from('R0lGODlhAQABAIAAAI5lQgAAACwAAAAAAQABAAACAkQBADs=', 'base64'),
}

export const entries = [
  {
    title: 'The allotment is ours',
    body: 'The letter came this morning: plot 14, behind the railway, after three years on the list.\n\nWe walked over at dusk. Bindweed to the knee, one good pear tree, a shed that leans on its own door.',
    tags: ['garden', 'home'],
    day: '2026-03-02T18:40:00Z',
    comments: [
      { body: 'The shed has since been straightened with a car jack.', day: '2026-04-11T09:15:00Z' },
    ],
    files: [
      text('first-jobs.txt', 'scythe', 'two water butts', 'key for the gate', 'ask Ruth about the pear tree'),
    ],
  },
  {
    title: 'Potatoes in, two weeks late',
    body: 'Four rows of Charlotte, one of Pink Fir Apple because the name is worth it. The soil is better than it looks.',
    tags: ['garden'],
    day: '2026-04-12T16:05:00Z',
    comments: [
      { body: 'Frost on the 20th. Fleece over everything.', day: '2026-04-20T21:30:00Z' },
      { body: 'They came through.', day: '2026-04-27T08:00:00Z' },
    ],
  },
  {
    title: 'On reading slowly',
    body: 'I have decided to stop counting books. This month: one, and it was enough. Middlemarch, with a pencil.',
    tags: ['books'],
    day: '2026-04-19T22:10:00Z',
  },
  {
    title: 'A day on the coast path',
    body: 'Nineteen kilometres from the lighthouse to the ferry, wind from behind for once.\n\nSeals on the skerry below the second stile. Soup at the pub; the blister was worth it.',
    tags: ['walks', 'sea'],
    day: '2026-05-03T20:25:00Z',
    files: [text('route.txt', 'lighthouse 09:10', 'second stile 11:35', 'pub 13:00', 'ferry 16:45')],
  },
  {
    title: 'Mixing a brown',
    body: 'Three parts sepia, one part a red that nobody makes any more. It dries like hazelnut shells. Keep the ratio.',
    tags: ['ink', 'desk'],
    day: '2026-05-16T11:00:00Z',
    files: [swatch],
  },
  {
    title: 'What Ruth said about the pear tree',
    body: 'It is a Conference, sixty years old at least, and it wants nothing from us but to be left alone until February.',
    tags: ['garden', 'people'],
    day: '2026-05-24T19:50:00Z',
  },
  {
    title: 'Bread that finally rose',
    body: 'The kitchen was simply too cold. Dough beside the boiler overnight; in the morning it had lifted its own lid.',
    tags: ['kitchen'],
    day: '2026-06-07T08:30:00Z',
    comments: [
      { body: '65 % water, 12 hours, 240 degrees. Written down at last.', day: '2026-06-08T07:45:00Z' },
    ],
  },
  {
    title: 'Longest day',
    body: 'Sat on the shed step until eleven. Swifts, then bats, and no clear moment between them.',
    tags: ['garden'],
    day: '2026-06-21T23:20:00Z',
  },
]

export const drafts = [
  {
    title: 'Letter to the council about the railway gate',
    body: 'The gate has been locked on Sundays since April, and nobody with a plot was asked.',
    day: '2026-06-10T10:00:00Z',
  },
  { title: '', body: 'An idea for the north bed: nothing but beans, and see.', day: '2026-06-22T07:10:00Z' },
]
