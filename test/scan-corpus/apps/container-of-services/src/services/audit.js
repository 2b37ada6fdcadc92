exports.makeAudit = (knex) => ({
  note: (what) => knex('audit_lines').insert({ what }),
  last: (n) => knex.from('audit_lines').orderBy('id', 'desc').limit(n),
  purge: () => knex('audit_lines').truncate(),
})
