-- Organizations, who belongs to them, and who is invited to.

create table organizations (
  environment_id uuid not null references environments on delete cascade,
  id uuid not null,
  name text not null,
  slug text not null check (slug = lower(slug)),
  created_by uuid,
  public_metadata jsonb not null default '{}',
  private_metadata jsonb not null default '{}',
  created_at timestamptz not null default instant(),
  updated_at timestamptz not null default instant(),
  primary key (environment_id, id),
  foreign key (environment_id, created_by) references users on delete set null (created_by)
);
create unique index organizations_slug on organizations (environment_id, slug text_pattern_ops);
create index organizations_newest on organizations (environment_id, created_at desc, id desc);
create index organizations_created_by on organizations (environment_id, created_by) where created_by is not null;

create table memberships (
  environment_id uuid not null,
  organization_id uuid not null,
  user_id uuid not null,
  role text not null check (role in ('owner', 'admin', 'member')),
  created_at timestamptz not null default instant(),
  updated_at timestamptz not null default instant(),
  primary key (environment_id, organization_id, user_id),
  foreign key (environment_id, organization_id) references organizations on delete cascade,
  foreign key (environment_id, user_id) references users on delete cascade
);
create index memberships_newest on memberships (environment_id, organization_id, created_at desc, user_id desc);
create index memberships_of_user on memberships (environment_id, user_id, created_at desc, organization_id desc);

create table invitations (
  environment_id uuid not null,
  id uuid not null,
  organization_id uuid not null,
  email text not null,
  role text not null check (role in ('owner', 'admin', 'member')),
  token_hash bytea not null check (length(token_hash) = 32),
  invited_by uuid,
  accepted_by uuid,
  accepted_at timestamptz,
  revoked_at timestamptz,
  expires_at timestamptz not null,
  created_at timestamptz not null default instant(),
  primary key (environment_id, id),
  foreign key (environment_id, organization_id) references organizations on delete cascade,
  foreign key (environment_id, invited_by) references users on delete set null (invited_by),
  foreign key (environment_id, accepted_by) references users on delete set null (accepted_by),
  check (accepted_at is null or revoked_at is null)
);
create unique index invitations_token on invitations (environment_id, token_hash);
-- One open invitation an address and organization; one that has expired is revoked by the next.
create unique index invitations_open on invitations (environment_id, organization_id, lower(email))
  where accepted_at is null and revoked_at is null;
create index invitations_newest on invitations (environment_id, created_at desc, id desc);
create index invitations_of_organization on invitations (environment_id, organization_id, created_at desc, id desc);
create index invitations_of_email on invitations (environment_id, lower(email));
create index invitations_invited_by on invitations (environment_id, invited_by) where invited_by is not null;
create index invitations_accepted_by on invitations (environment_id, accepted_by) where accepted_by is not null;

select protect('organizations'), protect('memberships'), protect('invitations'),
       keep_count('organizations'), keep_count('invitations');
