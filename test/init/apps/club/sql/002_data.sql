insert into users (id, name, email) values ('5a1f0c3e-1b9d-4d7a-9a55-0d5a3a3d8f01', 'Ada', 'ada@example.com');
insert into categories (name) values ('House'), ('Garden');
insert into preferences (user_id, theme) select id, 'dark' from users;
