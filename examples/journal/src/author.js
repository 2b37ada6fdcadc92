/** Who writes here. Every `author_id` is this one: see migrations/001_entries.sql. */
export const author = {
  id: '0b9f6c1e-6f2a-4c53-9d0e-5a1c7e2d4b88',
  email: 'demo@journal.example',
}
