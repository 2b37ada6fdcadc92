-- phase: 3 risk: none, new columns, one empty, one with a constant default

-- up
-- When the password was last given in this login, where that was later than at its beginning; and whether its cookie goes
-- with the browser.
alter table usertwo.user_sessions add column authenticated_at timestamptz,
  add column on_shared_computer boolean not null default false;

-- down
alter table usertwo.user_sessions drop column authenticated_at, drop column on_shared_computer;
