// The owner's day: a request for each route, each of which the app has done when this was written. It is recorded as
// what the owner must find unchanged at every phase: add what matters to you.
const call = async (method, path, body) => {
  const headers = body === undefined ? {} : { 'content-type': 'application/json' }
  const answer = await fetch(new URL(path, process.env.BASE_URL), {
    method,
    headers,
    redirect: 'manual',
    body,
  })
  await answer.text()
}

await call('GET', '/health')
await call('GET', '/metrics')
await call('GET', '/api/v1/entries/')
await call('GET', '/api/v1/entries/stats')
await call('GET', '/api/v1/entries/f0fd946c-0701-44fb-8dd8-7bc67eab5f25')
await call('GET', '/api/v1/entries/f0fd946c-0701-44fb-8dd8-7bc67eab5f25/comments')
await call('GET', '/api/v1/entries/f0fd946c-0701-44fb-8dd8-7bc67eab5f25/attachments')
await call('GET', '/api/v1/attachments/944243b7-6bcb-4fc6-92c8-8a53d9f3717f')
await call('GET', '/api/v1/drafts/')
await call('GET', '/api/v1/drafts/7b3c66bb-55d0-404a-a19d-6e6585e19c88')
await call('GET', '/stats')
await call('GET', '/')
await call('GET', '/entries/new')
await call('GET', '/entries/9cf187f7-aea9-4cdc-84fb-31c4fc51fca5')
await call('GET', '/entries/9cf187f7-aea9-4cdc-84fb-31c4fc51fca5/edit')
await call('GET', '/drafts/')
await call('GET', '/drafts/new')
await call('GET', '/drafts/126a42b9-9cff-4994-9799-64ae12b33132')
await call('POST', '/api/auth/logout', '{}')
await call(
  'POST',
  '/api/v1/entries/',
  '{"title":"Mixing a brown, again","body":"Three parts sepia, one part a red that nobody makes any more. It dries like hazelnut shells. Keep the ratio., again","tags":["ink","desk"]}',
)
await call(
  'POST',
  '/api/v1/entries/f0fd946c-0701-44fb-8dd8-7bc67eab5f25/comments',
  '{"entry_id":"41d5b711-54e2-4e29-a6ce-ce7c79e51ca5","body":"They came through., again"}',
)
await call(
  'POST',
  '/api/v1/drafts/',
  '{"title":"Letter to the council about the railway gate, again","body":"The gate has been locked on Sundays since April, and nobody with a plot was asked., again"}',
)
await call(
  'POST',
  '/api/v1/drafts/7b3c66bb-55d0-404a-a19d-6e6585e19c88/publish',
  '{"title":"Letter to the council about the railway gate, again","body":"The gate has been locked on Sundays since April, and nobody with a plot was asked., again"}',
)
await call(
  'POST',
  '/entries',
  '{"title":"Mixing a brown, again","tags":["ink","desk"],"body":"Three parts sepia, one part a red that nobody makes any more. It dries like hazelnut shells. Keep the ratio., again"}',
)
await call(
  'POST',
  '/entries/9cf187f7-aea9-4cdc-84fb-31c4fc51fca5',
  '{"title":"Longest day","tags":"garden","body":"Sat on the shed step until eleven. Swifts, then bats, and no clear moment between them."}',
)
await call(
  'POST',
  '/entries/9cf187f7-aea9-4cdc-84fb-31c4fc51fca5/delete',
  '{"title":"Mixing a brown, again","body":"Three parts sepia, one part a red that nobody makes any more. It dries like hazelnut shells. Keep the ratio., again","tags":["ink","desk"]}',
)
await call(
  'POST',
  '/entries/f0fd946c-0701-44fb-8dd8-7bc67eab5f25/comments',
  '{"entry_id":"41d5b711-54e2-4e29-a6ce-ce7c79e51ca5","body":"They came through., again"}',
)
await call(
  'POST',
  '/comments/febce673-c63c-4cd9-b961-3d4cbeca73c5/delete',
  '{"entry_id":"41d5b711-54e2-4e29-a6ce-ce7c79e51ca5","body":"They came through., again"}',
)
await call(
  'POST',
  '/attachments/944243b7-6bcb-4fc6-92c8-8a53d9f3717f/delete',
  '{"entry_id":"d5f3a0b2-e07f-4afe-97b1-f859feb1f2b5","name":"first-jobs.txt","type":"text/plain","size":69,"content":{"0":115,"1":99,"2":121,"3":116,"4":104,"5":101,"6":10,"7":116,"8":119,"9":111,"10":32,"11":119,"12":97,"13":116,"14":101,"15":114,"16":32,"17":98,"18":117,"19":116,"20":116,"21":115,"22":10,"23":107,"24":101,"25":121,"26":32,"27":102,"28":111,"29":114,"30":32,"31":116,"32":104,"33":101,"34":32,"35":103,"36":97,"37":116,"38":101,"39":10,"40":97,"41":115,"42":107,"43":32,"44":82,"45":117,"46":116,"47":104,"48":32,"49":97,"50":98,"51":111,"52":117,"53":116,"54":32,"55":116,"56":104,"57":101,"58":32,"59":112,"60":101,"61":97,"62":114,"63":32,"64":116,"65":114,"66":101,"67":101,"68":10}}',
)
await call(
  'POST',
  '/drafts/',
  '{"title":"Letter to the council about the railway gate, again","body":"The gate has been locked on Sundays since April, and nobody with a plot was asked., again"}',
)
await call(
  'POST',
  '/drafts/126a42b9-9cff-4994-9799-64ae12b33132',
  '{"title":"Letter to the council about the railway gate, again","body":"An idea for the north bed: nothing but beans, and see."}',
)
await call(
  'POST',
  '/drafts/126a42b9-9cff-4994-9799-64ae12b33132/publish',
  '{"title":"Letter to the council about the railway gate, again","body":"The gate has been locked on Sundays since April, and nobody with a plot was asked., again"}',
)
await call(
  'PUT',
  '/api/v1/entries/f0fd946c-0701-44fb-8dd8-7bc67eab5f25',
  '{"title":"Mixing a brown, again","body":"Three parts sepia, one part a red that nobody makes any more. It dries like hazelnut shells. Keep the ratio., again","tags":["ink","desk"]}',
)
await call('GET', '/health')
await call('GET', '/metrics')
await call('GET', '/api/v1/entries/')
await call('GET', '/api/v1/entries/stats')
await call('GET', '/api/v1/entries/f0fd946c-0701-44fb-8dd8-7bc67eab5f25')
await call('GET', '/api/v1/entries/f0fd946c-0701-44fb-8dd8-7bc67eab5f25/comments')
await call('GET', '/api/v1/entries/f0fd946c-0701-44fb-8dd8-7bc67eab5f25/attachments')
await call('GET', '/api/v1/attachments/944243b7-6bcb-4fc6-92c8-8a53d9f3717f')
await call('GET', '/api/v1/drafts/')
await call('GET', '/api/v1/drafts/7b3c66bb-55d0-404a-a19d-6e6585e19c88')
await call('GET', '/stats')
await call('GET', '/')
await call('GET', '/entries/new')
await call('GET', '/entries/9cf187f7-aea9-4cdc-84fb-31c4fc51fca5')
await call('GET', '/entries/9cf187f7-aea9-4cdc-84fb-31c4fc51fca5/edit')
await call('GET', '/drafts/')
await call('GET', '/drafts/new')
await call('GET', '/drafts/126a42b9-9cff-4994-9799-64ae12b33132')
await call('DELETE', '/api/v1/entries/f0fd946c-0701-44fb-8dd8-7bc67eab5f25')
await call('DELETE', '/api/v1/comments/de2ad05d-3766-4226-afd3-76bf3750663e')
await call('DELETE', '/api/v1/attachments/374bfb07-5f7c-4571-ad19-b393ddc8dd94')
await call('GET', '/health')
await call('GET', '/metrics')
await call('GET', '/api/v1/entries/')
await call('GET', '/api/v1/entries/stats')
await call('GET', '/api/v1/entries/f0fd946c-0701-44fb-8dd8-7bc67eab5f25')
await call('GET', '/api/v1/entries/f0fd946c-0701-44fb-8dd8-7bc67eab5f25/comments')
await call('GET', '/api/v1/entries/f0fd946c-0701-44fb-8dd8-7bc67eab5f25/attachments')
await call('GET', '/api/v1/attachments/944243b7-6bcb-4fc6-92c8-8a53d9f3717f')
await call('GET', '/api/v1/drafts/')
await call('GET', '/api/v1/drafts/7b3c66bb-55d0-404a-a19d-6e6585e19c88')
await call('GET', '/stats')
await call('GET', '/')
await call('GET', '/entries/new')
await call('GET', '/entries/9cf187f7-aea9-4cdc-84fb-31c4fc51fca5')
await call('GET', '/entries/9cf187f7-aea9-4cdc-84fb-31c4fc51fca5/edit')
await call('GET', '/drafts/')
await call('GET', '/drafts/new')
await call('GET', '/drafts/126a42b9-9cff-4994-9799-64ae12b33132')

// By hand: files, which init does not send, and drafts that are changed and thrown away: it had published both.
const ENTRY = '048a4b95-7278-45e9-aef0-bc78b70a74a6'
const BOUNDARY = 'a-day-of-the-journal'
const HEAD = 'Content-Disposition: form-data; name="file"; filename="list.txt"\r\nContent-Type: text/plain'

async function upload(path) {
  const headers = { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` }
  const body = `--${BOUNDARY}\r\n${HEAD}\r\n\r\neggs, string\r\n--${BOUNDARY}--\r\n`
  const answer = await fetch(new URL(path, process.env.BASE_URL), {
    method: 'POST',
    headers,
    redirect: 'manual',
    body,
  })
  await answer.text()
}

async function drafted(title) {
  const headers = { 'content-type': 'application/json' }
  const body = JSON.stringify({ title, body: 'not yet' })
  const answer = await fetch(new URL('/api/v1/drafts', process.env.BASE_URL), {
    method: 'POST',
    headers,
    body,
  })
  return (await answer.json()).id
}

await upload(`/api/v1/entries/${ENTRY}/attachments`)
await upload(`/entries/${ENTRY}/attachments`)
await call('GET', `/api/v1/entries/${ENTRY}/attachments`)
await call('GET', `/entries/${ENTRY}`)
const kept = await drafted('A plan for the north bed')
await call(
  'PUT',
  `/api/v1/drafts/${kept}`,
  '{"title":"A plan for both beds","body":"beans, and garlic between"}',
)
await call('GET', `/api/v1/drafts/${kept}`)
await call('DELETE', `/api/v1/drafts/${await drafted('Not this one')}`)
await call('POST', `/drafts/${await drafted('Nor this one')}/delete`, '{}')
await call('GET', '/drafts/')
