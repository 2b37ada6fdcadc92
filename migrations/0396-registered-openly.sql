-- phase: 3 risk: none, a new column with a constant default

-- up
-- Open registration made the account. Anyone may have given the address, so that until a mailed link proves it (is_verified) the
-- password may be another person's. False: the owner, an invited user, one that the operator made, or one of a provider.
alter table usertwo.credentials add column registered_openly boolean not null default false;

-- down
alter table usertwo.credentials drop column registered_openly;
