/* What a page that is open to everybody may not show: what belongs to who looks at it, and what somebody was shown before. */
const APP = 'library/app.js'
const FIRST = "res.send(page('<h1>Welcome to your books</h1>'))"

export default {
  'legacy.html-needs-login': [
    {
      name: 'the public page shows the books of who looks at it',
      names: /GET \/ is public, and answers the owner unlike/,
      by: {
        edit: [
          {
            file: APP,
            find: FIRST,
            replace: `pool.query('select title from books').then(({ rows }) => rows, () => []).then((rows) =>
              res.send(page(rows.map(({ title }) => escaped(title)).join())))`,
          },
        ],
      },
    },
    {
      name: 'the public page shows the list that was asked for last',
      names: 'GET / is public, and shows books.title of the owner to everybody',
      by: {
        edit: [
          { file: APP, find: FIRST, replace: "res.send(page(app.locals.list ?? ''))" },
          {
            file: APP,
            find: 'res.send(page(`<ul>',
            replace: "app.locals.list = rows.map(line).join('')\n  res.send(page(`<ul>",
          },
        ],
      },
    },
  ],
}
