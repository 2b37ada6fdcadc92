-- phase: 3 risk: none, new columns, empty

-- up
-- Where a login goes on by refresh tokens: when the present one was made, and when the login ends however often it is used;
-- expires_at is then when it ends unused. Empty where it does not.
alter table usertwo.user_sessions add column rotated_at timestamptz,
  add column ends_at timestamptz;

-- down
alter table usertwo.user_sessions drop column rotated_at, drop column ends_at;
