-- What the app’s own seed has made. It makes new keys each time, and the recording names these.
insert into "public"."entries" ("id", "author_id", "title", "body", "tags", "created_at", "updated_at") values
  ('d5f3a0b2-e07f-4afe-97b1-f859feb1f2b5', '0b9f6c1e-6f2a-4c53-9d0e-5a1c7e2d4b88', 'The allotment is ours', 'The letter came this morning: plot 14, behind the railway, after three years on the list.

We walked over at dusk. Bindweed to the knee, one good pear tree, a shed that leans on its own door.', '["garden", "home"]', '2026-03-02 18:40:00+00', '2026-03-02 18:40:00+00'),
  ('41d5b711-54e2-4e29-a6ce-ce7c79e51ca5', '0b9f6c1e-6f2a-4c53-9d0e-5a1c7e2d4b88', 'Potatoes in, two weeks late', 'Four rows of Charlotte, one of Pink Fir Apple because the name is worth it. The soil is better than it looks.', '["garden"]', '2026-04-12 16:05:00+00', '2026-04-12 16:05:00+00'),
  ('79d74137-5073-4553-b5e5-bf4df5276c60', '0b9f6c1e-6f2a-4c53-9d0e-5a1c7e2d4b88', 'On reading slowly', 'I have decided to stop counting books. This month: one, and it was enough. Middlemarch, with a pencil.', '["books"]', '2026-04-19 22:10:00+00', '2026-04-19 22:10:00+00'),
  ('3167df5c-55c9-4758-b283-c99a853f5610', '0b9f6c1e-6f2a-4c53-9d0e-5a1c7e2d4b88', 'A day on the coast path', 'Nineteen kilometres from the lighthouse to the ferry, wind from behind for once.

Seals on the skerry below the second stile. Soup at the pub; the blister was worth it.', '["walks", "sea"]', '2026-05-03 20:25:00+00', '2026-05-03 20:25:00+00'),
  ('f0fd946c-0701-44fb-8dd8-7bc67eab5f25', '0b9f6c1e-6f2a-4c53-9d0e-5a1c7e2d4b88', 'Mixing a brown', 'Three parts sepia, one part a red that nobody makes any more. It dries like hazelnut shells. Keep the ratio.', '["ink", "desk"]', '2026-05-16 11:00:00+00', '2026-05-16 11:00:00+00'),
  ('553e81dc-3d0d-4fab-8ab5-8209f31b3df8', '0b9f6c1e-6f2a-4c53-9d0e-5a1c7e2d4b88', 'What Ruth said about the pear tree', 'It is a Conference, sixty years old at least, and it wants nothing from us but to be left alone until February.', '["garden", "people"]', '2026-05-24 19:50:00+00', '2026-05-24 19:50:00+00'),
  ('048a4b95-7278-45e9-aef0-bc78b70a74a6', '0b9f6c1e-6f2a-4c53-9d0e-5a1c7e2d4b88', 'Bread that finally rose', 'The kitchen was simply too cold. Dough beside the boiler overnight; in the morning it had lifted its own lid.', '["kitchen"]', '2026-06-07 08:30:00+00', '2026-06-07 08:30:00+00'),
  ('9cf187f7-aea9-4cdc-84fb-31c4fc51fca5', '0b9f6c1e-6f2a-4c53-9d0e-5a1c7e2d4b88', 'Longest day', 'Sat on the shed step until eleven. Swifts, then bats, and no clear moment between them.', '["garden"]', '2026-06-21 23:20:00+00', '2026-06-21 23:20:00+00')
on conflict do nothing;
insert into "public"."attachments" ("id", "entry_id", "name", "type", "size", "content", "created_at") values
  ('944243b7-6bcb-4fc6-92c8-8a53d9f3717f', 'd5f3a0b2-e07f-4afe-97b1-f859feb1f2b5', 'first-jobs.txt', 'text/plain', '69', E'\\x7363797468650a74776f2077617465722062757474730a6b657920666f722074686520676174650a61736b20527574682061626f757420746865207065617220747265650a', '2026-03-02 18:40:00+00'),
  ('374bfb07-5f7c-4571-ad19-b393ddc8dd94', '3167df5c-55c9-4758-b283-c99a853f5610', 'route.txt', 'text/plain', '58', E'\\x6c69676874686f7573652030393a31300a7365636f6e64207374696c652031313a33350a7075622031333a30300a66657272792031363a34350a', '2026-05-03 20:25:00+00'),
  ('1dd67a21-194a-440d-af9a-d06bd5c1f341', 'f0fd946c-0701-44fb-8dd8-7bc67eab5f25', 'hazel-ink.gif', 'image/gif', '35', E'\\x474946383961010001008000008e65420000002c00000000010001000002024401003b', '2026-05-16 11:00:00+00')
on conflict do nothing;
insert into "public"."comments" ("id", "entry_id", "body", "created_at") values
  ('d5cd3279-b820-4502-a7d1-6402ea2aad68', 'd5f3a0b2-e07f-4afe-97b1-f859feb1f2b5', 'The shed has since been straightened with a car jack.', '2026-04-11 09:15:00+00'),
  ('de2ad05d-3766-4226-afd3-76bf3750663e', '41d5b711-54e2-4e29-a6ce-ce7c79e51ca5', 'Frost on the 20th. Fleece over everything.', '2026-04-20 21:30:00+00'),
  ('febce673-c63c-4cd9-b961-3d4cbeca73c5', '41d5b711-54e2-4e29-a6ce-ce7c79e51ca5', 'They came through.', '2026-04-27 08:00:00+00'),
  ('4cc6bdb5-5b8d-46d2-91a6-4d857c5c6ecf', '048a4b95-7278-45e9-aef0-bc78b70a74a6', '65 % water, 12 hours, 240 degrees. Written down at last.', '2026-06-08 07:45:00+00')
on conflict do nothing;
insert into "public"."drafts" ("id", "author_id", "title", "body", "created_at", "updated_at") values
  ('7b3c66bb-55d0-404a-a19d-6e6585e19c88', '0b9f6c1e-6f2a-4c53-9d0e-5a1c7e2d4b88', 'Letter to the council about the railway gate', 'The gate has been locked on Sundays since April, and nobody with a plot was asked.', '2026-06-10 10:00:00+00', '2026-06-10 10:00:00+00'),
  ('126a42b9-9cff-4994-9799-64ae12b33132', '0b9f6c1e-6f2a-4c53-9d0e-5a1c7e2d4b88', '', 'An idea for the north bed: nothing but beans, and see.', '2026-06-22 07:10:00+00', '2026-06-22 07:10:00+00')
on conflict do nothing;
