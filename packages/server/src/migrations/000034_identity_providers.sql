-- Where users may sign in from with an account they already have, and whose account is whose.

create table identity_providers (
  environment_id uuid not null references environments on delete cascade,
  id uuid not null,
  key text not null,
  type text not null check (type in ('oidc', 'github')),
  name text not null,
  issuer text not null,
  client_id text not null,
  client_secret_sealed bytea not null,
  scopes text[] not null,
  enabled boolean not null,
  allow_sign_up boolean not null,
  created_at timestamptz not null default instant(),
  updated_at timestamptz not null default instant(),
  primary key (environment_id, id)
);
create unique index identity_providers_key on identity_providers (environment_id, key);
create index identity_providers_newest on identity_providers (environment_id, created_at desc, id desc);

create table user_identities (
  environment_id uuid not null,
  id uuid not null,
  provider_id uuid not null,
  -- Who the account is; unlike its address it never changes hands (OpenID Connect Core section 5.7).
  subject text not null,
  user_id uuid not null,
  email text,
  created_at timestamptz not null default instant(),
  primary key (environment_id, id),
  foreign key (environment_id, provider_id) references identity_providers on delete cascade,
  foreign key (environment_id, user_id) references users on delete cascade
);
create unique index user_identities_subject on user_identities (environment_id, provider_id, subject);
create index user_identities_of_user on user_identities (environment_id, user_id, created_at desc, id desc);

-- Sign-ins at a provider that have come back: none comes back twice. A row is needed no longer than its state lives.
create table oauth_state_uses (
  environment_id uuid not null references environments on delete cascade,
  state_hash bytea not null check (length(state_hash) = 32),
  expires_at timestamptz not null,
  primary key (environment_id, state_hash)
);
create index oauth_state_uses_expired on oauth_state_uses (environment_id, expires_at);

select protect('identity_providers'), protect('user_identities'), protect('oauth_state_uses');
