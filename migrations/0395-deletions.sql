-- phase: 3 only: PRIVACY_DASHBOARD risk: none, a new table

-- up
-- Accounts that their users want deleted, and when: until then a user may take it back.
create table usertwo.deletions (
  user_id {{user_id_type}} primary key references {{users}} ({{users_id}}) on delete cascade,
  asked_at timestamptz not null,
  due_at timestamptz not null
);

revoke all on table usertwo.deletions from public;

-- down
drop table usertwo.deletions;
