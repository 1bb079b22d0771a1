-- Proofs that somebody reads the mail of an address: links and codes that work once, and how often was guessed.

create table verifications (
  environment_id uuid not null,
  id uuid not null,
  purpose text not null,
  -- The address in lower case.
  identifier text not null,
  -- Null where nobody has the address: whoever asks must not be able to tell by the work that is done.
  user_id uuid,
  -- A link carries a random secret, of which a hash is enough; a code of six digits would be found from a hash in
  -- a second, so it is sealed.
  token_hash bytea,
  code_sealed bytea,
  expires_at timestamptz not null,
  consumed_at timestamptz,
  created_at timestamptz not null default instant(),
  primary key (environment_id, id),
  foreign key (environment_id, user_id) references users on delete cascade,
  check ((token_hash is null) <> (code_sealed is null))
);
create unique index verifications_token on verifications (environment_id, token_hash) where token_hash is not null;
-- A new link or code ends the one before it, also where two are made at the same moment.
create unique index verifications_open on verifications (environment_id, purpose, identifier)
  where consumed_at is null;
create index verifications_of_user on verifications (environment_id, user_id);

-- Guesses at codes are counted by address and not by code, so that asking for another one brings no new guesses.
create table verification_guesses (
  environment_id uuid not null references environments on delete cascade,
  identifier_hash bytea not null,
  window_ends_at timestamptz not null,
  guesses integer not null,
  primary key (environment_id, identifier_hash)
);
create index verification_guesses_ended on verification_guesses (window_ends_at);

select protect('verifications'), protect('verification_guesses');

-- Removes what is long over, in every environment; the worker calls it.
create function sweep_verifications() returns integer
  language sql security definer set search_path = claviger, pg_temp
as $$
  with proofs as (delete from verifications where expires_at < instant() - interval '1 day' returning 1),
       windows as (delete from verification_guesses where window_ends_at < instant() returning 1)
  select ((select count(*) from proofs) + (select count(*) from windows))::integer
$$;
revoke all on function sweep_verifications from public;
grant execute on function sweep_verifications to claviger_app;
