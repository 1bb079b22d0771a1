-- Second factors: the secret of a user's authenticator app, and recovery codes for the day it is lost.

create table totp_factors (
  environment_id uuid not null,
  user_id uuid not null,
  secret_sealed bytea not null,
  -- Enrolled but not yet confirmed protects nothing, and a new enrolment replaces it.
  confirmed_at timestamptz,
  -- A code is good once: only one of a later step than this is accepted (RFC 6238 section 5.2).
  last_used_step bigint,
  created_at timestamptz not null default instant(),
  primary key (environment_id, user_id),
  foreign key (environment_id, user_id) references users on delete cascade
);

create table recovery_codes (
  environment_id uuid not null,
  user_id uuid not null,
  code_hash bytea not null check (length(code_hash) = 32),
  used_at timestamptz,
  created_at timestamptz not null default instant(),
  primary key (environment_id, user_id, code_hash),
  foreign key (environment_id, user_id) references users on delete cascade
);

select protect('totp_factors'), protect('recovery_codes');

alter table organizations add column requires_second_factor boolean not null default false;
