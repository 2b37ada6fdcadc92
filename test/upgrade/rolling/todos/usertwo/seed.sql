-- Rows of the owner's for gates, where the app's own migrations leave none.
insert into "public"."lists" ("title") values
  ('The first title of lists'),
  ('The second title of lists'),
  ('The third title of lists');
insert into "public"."todos" ("list_id", "task") values
  (1, 'The first task of todos'),
  (2, 'The second task of todos'),
  (3, 'The third task of todos');
