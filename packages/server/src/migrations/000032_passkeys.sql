-- Passkeys (WebAuthn): the public halves of key pairs, and the challenges that are to be signed by the private ones.

create table passkeys (
  environment_id uuid not null,
  id uuid not null,
  user_id uuid not null,
  credential_id bytea not null check (length(credential_id) between 1 and 1023),
  public_key bytea not null,
  -- What the authenticator counted at its last use; many synchronised ones count nothing and stay at zero.
  sign_count bigint not null,
  transports text[] not null,
  name text not null,
  aaguid uuid not null,
  device_type text not null check (device_type in ('singleDevice', 'multiDevice')),
  backed_up boolean not null,
  last_used_at timestamptz,
  created_at timestamptz not null default instant(),
  primary key (environment_id, id),
  foreign key (environment_id, user_id) references users on delete cascade
);
create unique index passkeys_credential on passkeys (environment_id, credential_id);
create index passkeys_of_user on passkeys (environment_id, user_id, created_at desc, id desc);

-- A challenge is used once: whoever deletes its row has used it.
create table passkey_challenges (
  environment_id uuid not null references environments on delete cascade,
  challenge_hash bytea not null check (length(challenge_hash) = 32),
  -- Who registers a passkey; null for a sign-in, which names nobody.
  user_id uuid,
  expires_at timestamptz not null,
  primary key (environment_id, challenge_hash),
  foreign key (environment_id, user_id) references users on delete cascade
);
create index passkey_challenges_of_user on passkey_challenges (environment_id, user_id) where user_id is not null;
create index passkey_challenges_expired on passkey_challenges (expires_at);

select protect('passkeys'), protect('passkey_challenges');
revoke update on passkey_challenges from claviger_app;

-- Removes the challenges that nobody answered, in every environment; the worker calls it every few minutes.
create function sweep_passkey_challenges() returns integer
  language sql security definer set search_path = claviger, pg_temp
as $$
  with swept as (delete from passkey_challenges where expires_at < instant() returning 1)
  select count(*)::integer from swept
$$;
revoke all on function sweep_passkey_challenges from public;
grant execute on function sweep_passkey_challenges to claviger_app;
