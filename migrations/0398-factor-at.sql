-- phase: 3 risk: none, a new column without a default

-- up
-- When a second factor was last proved in this login: a code, or a passkey. Null: it was not.
alter table usertwo.user_sessions add column factor_at timestamptz;

-- down
alter table usertwo.user_sessions drop column factor_at;
