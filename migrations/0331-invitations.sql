-- phase: 3 risk: none, a new column without a default

-- up
-- An invitation is a link of nobody yet: bound to the address alone, with the role that whoever accepts it is given.
alter table usertwo.links add column role text;

-- down
alter table usertwo.links drop column role;
